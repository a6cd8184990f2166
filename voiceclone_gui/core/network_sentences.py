"""Sentences about proxies and certificates: a part of :mod:`voiceclone_gui.core.sentence_table`."""

from __future__ import annotations

from collections.abc import Mapping

NETWORK: Mapping[str, tuple[str, str]] = {
    "proxy-missing": ("The address of the proxy is missing.", "Type it, like http://proxy.example.com:8080."),
    "proxy-malformed": (
        "The address of the proxy can't be read.",
        "Write it like http://proxy.example.com:8080; user and password have their own places.",
    ),
    "proxy-scheme": (
        "A proxy of the kind {scheme} can't be used.",
        "Use one of http, https, socks5 or socks5h, or go without a proxy.",
    ),
    "proxy-user-missing": (
        "The user name that belongs to the password is missing.",
        "Type it, or take the password out.",
    ),
    "proxy-unreachable": (
        "The proxy {proxy} can't be reached.",
        "Check its address and whether it runs, or go without a proxy.",
    ),
    "proxy-slow": (
        "The proxy {proxy} made no connection to {host} within {limit_s} s; nothing was sent.",
        "Try again, or go without a proxy.",
    ),
    "proxy-password-missing": (
        "The proxy {proxy} wants a user name and a password.",
        "Fill them in, in the settings of the proxy.",
    ),
    "proxy-password-refused": (
        "The proxy {proxy} didn't accept the user name and the password.",
        "Check both in the settings of the proxy.",
    ),
    "proxy-refused": (
        "The proxy {proxy} refused the connection to {host}: {reason}",
        "Ask who runs the proxy, or go without it.",
    ),
    "proxy-confused": (
        "What answers at {proxy} is not such a proxy.",
        "Check its kind and its port, or go without a proxy.",
    ),
    "connect-tls-unknown": (
        "The connection to {host} is not safe: nobody that this computer trusts made its certificate.",
        (
            "Check the address. In an office network, install its certificate on this computer, "
            "or name its file in SSL_CERT_FILE."
        ),
    ),
    "connect-tls-expired": (
        "The connection to {host} is not safe: its certificate is not valid today.",
        "Check this computer's clock; if it is right, the service has to renew its certificate.",
    ),
    "connect-tls-name": (
        "The connection to {host} is not safe: its certificate belongs to another name.",
        "Check the address; a log-in page of the network may stand in between.",
    ),
    "connect-tls-none": (
        "{host} doesn't speak https at this port.",
        "Check the address and its port.",
    ),
    "certificates-file-missing": (
        "SSL_CERT_FILE names {path}, and there is no such file.",
        "Correct SSL_CERT_FILE where the program is started, or take it out, and start the program again.",
    ),
    "certificates-file-useless": (
        "SSL_CERT_FILE names {path}, and there is no certificate in it that can be read.",
        "Name a file in PEM format, or take SSL_CERT_FILE out, and start the program again.",
    ),
    "certificates-folder-missing": (
        "SSL_CERT_DIR names {path}, and there is no such folder.",
        "Correct SSL_CERT_DIR where the program is started, or take it out, and start the program again.",
    ),
}
