#!/bin/sh
# Gives the tests a Dovecot to run privately (and sqlite3, for the backup of the docs): takes the one that is there, else installs it where that is possible
# without asking (root with apt), else says what will be skipped. Under CI a missing Dovecot is a failure.
set -u
PATH=$PATH:/usr/sbin
command -v dovecot >/dev/null 2>&1 && command -v sqlite3 >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends dovecot-imapd sqlite3) >/dev/null 2>&1
fi
command -v dovecot >/dev/null 2>&1 && exit 0
echo "No Dovecot here: the tests that need a real IMAP server are skipped (apt-get install dovecot-imapd)." >&2
[ "${CI:-}" = true ] && exit 1
exit 0
