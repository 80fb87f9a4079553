"""Headers of every page and route, from the server as it runs behind HTTPS."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from tests.processes import web_server

BEHIND_TLS = {"X-Forwarded-Proto": "https"}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
        "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        "publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
    ),
}
PASSWORD = "the password of the operator"


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every address that the project knows, with something in the place of its parts."""
    for pattern in patterns:
        text = str(pattern.pattern).lstrip("^").rstrip("$").replace("\\Z", "")
        text = re.sub(r"\(\?P<\w+>[^)]*\)\??|\(\?:[^)]*\)\??|<[^>]*>", "1", text)
        place = before + re.sub(r"[\\?*+$^]", "", text)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, place)
        else:
            yield place


@pytest.mark.django_db(transaction=True)
def test_every_answer_behind_https(first_profile: None) -> None:
    """As a guest and as an operator: pages, APIs, files, errors."""
    # With a hasher that the server has; the tests' own is a faster one.
    hashed = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
    User.objects.create(username="operator", password=hashed, is_staff=True, is_superuser=True)
    places = sorted(set(addresses(get_resolver().url_patterns)))
    assert len(places) > 100
    others = [
        "/nowhere",
        "/static/admin/css/base.css",
        "/static/nowhere.css",
        "/api/customers?x=%00",
    ]
    with web_server(None, TLS="1", NUM_PROXIES="1", THROTTLE_STAFF="") as address:
        plain = requests.get(f"{address}/admin/", timeout=20, allow_redirects=False)
        assert (plain.status_code, plain.headers["Location"][:8]) == (301, "https://")
        guest, operator = requests.Session(), requests.Session()
        sign_in(operator, address)
        statuses = set()
        for session in (guest, operator):
            for place in [*places, *others]:
                if place.startswith(("/admin/logout", "/admin/r/")):  # The latter: of any table.
                    continue
                answer = session.get(
                    address + place, headers=BEHIND_TLS, timeout=20, allow_redirects=False
                )
                statuses.add(answer.status_code)
                check(answer, place)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "BREW"):
            for place in ("/graphql/", "/api/customers/", "/admin/", "/nowhere", "/metrics"):
                answer = guest.request(
                    method, address + place, headers=BEHIND_TLS, timeout=20, allow_redirects=False
                )
                statuses.add(answer.status_code)
                check(answer, place)
    assert {200, 302, 301, 400, 401, 403, 404, 405} <= statuses


def test_files_that_were_collected_carry_them_too(settings: Settings, tmp_path: Path) -> None:
    """They are answered before most of the middleware; another policy could be put on a picture."""
    (tmp_path / "picture.svg").write_text("<svg/>")
    settings.STATIC_ROOT = tmp_path
    file = Client().get("/static/picture.svg")
    page = Client().get("/nowhere")
    assert (b"".join(file), page.status_code) == (b"<svg/>", 404)
    file.close()
    names = ("Content-Security-Policy", "X-Request-ID", *EVERYWHERE)
    carried = [name for name in names if name in page.headers]
    assert [name for name in names if name in file.headers] == carried
    assert len(carried) > 5
    assert file["Content-Security-Policy"] == page["Content-Security-Policy"]


def sign_in(session: requests.Session, address: str) -> None:
    """Through the page, as people do; looks at the cookies on the way."""
    place = f"{address}/admin/login/"
    page = session.get(place, headers=BEHIND_TLS, timeout=20)
    check_cookies(page)
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
    done = session.post(
        place,
        {"csrfmiddlewaretoken": token, "username": "operator", "password": PASSWORD},
        headers={**BEHIND_TLS, "Cookie": cookies, "Referer": place.replace("http", "https", 1)},
        timeout=20,
        allow_redirects=False,
    )
    assert done.status_code == 302, done.text[:500]
    check_cookies(done)
    session.headers["Cookie"] = "; ".join(f"{one.name}={one.value}" for one in session.cookies)


def check_cookies(answer: requests.Response) -> None:
    """Cookies go over HTTPS alone, and to this site alone."""
    raw = answer.raw.headers.getlist("Set-Cookie")
    assert raw
    for cookie in raw:
        assert "Secure" in cookie
        assert "SameSite=Lax" in cookie
        assert ("HttpOnly" in cookie) == cookie.startswith("sessionid=")


def check(answer: requests.Response, place: str) -> None:
    """What every answer carries, and what none does."""
    shown = {name: answer.headers.get(name) for name in EVERYWHERE}
    assert shown == EVERYWHERE, place
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "script-src 'self'" in policy, place
    assert "default-src 'none'" in policy, place
    assert "frame-ancestors 'none'" in policy, place
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"]), place
    assert "X-Powered-By" not in answer.headers
    assert answer.status_code != 500, place
    assert "Traceback" not in answer.text
    if "/static/" not in place and answer.headers.get("Set-Cookie", "").startswith("sessionid"):
        assert "private" in answer.headers.get("Cache-Control", "private")
