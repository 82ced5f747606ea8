"""TLS as a client: the server's certificate and name are always verified (RFC 8314 §3, RFC 9525)."""

import ssl


def verified_context(ca_file: str = "") -> ssl.SSLContext:
    """Return a context that trusts the certificates in `ca_file` alone, or the system's where it is empty.

    Raises OSError (ssl.SSLError is one) where `ca_file` can't be read.
    """
    return ssl.create_default_context(cafile=ca_file or None)
