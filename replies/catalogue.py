"""Which replies exist, who reads each, and the facts its template may use, each with one sentence.

The documentation, `maild check` and the loading of templates all read this table. The examples are used to
try a template when it is loaded, so that a slip in it shows at `maild check` and not in a mail.
"""

from collections.abc import Mapping
from types import MappingProxyType

from replies.facts import COMMON, Fact, Reply, Value
from replies.to_customers import TO_CUSTOMERS
from replies.to_staff import TO_STAFF

__all__ = ["COMMON", "REPLIES", "Fact", "Reply", "Value"]

REPLIES: Mapping[str, Reply] = MappingProxyType({**TO_CUSTOMERS, **TO_STAFF})
