"""Whom an address stands for, where addresses are counted."""

from ipaddress import IPv6Address, ip_address

HOST_BITS = 64
"""Of an IPv6 address: a line is given all the addresses that these make, and may change them at each request."""


def network_of(address: str) -> str:
    """Return the line that an address belongs to: the address itself in IPv4, the first half of it in IPv6."""
    try:
        read = ip_address(address)
    except ValueError:
        return address  # a socket without an address, or what a proxy made up
    if not isinstance(read, IPv6Address):
        return str(read)
    if read.ipv4_mapped:
        return str(read.ipv4_mapped)
    return f"{IPv6Address(int(read) >> HOST_BITS << HOST_BITS)}/{HOST_BITS}"
