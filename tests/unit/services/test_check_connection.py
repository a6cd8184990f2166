"""The connection check against the practice service: each diagnosis, and that nothing is made or paid."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme

from tests.fakes.practice_jobs import quick_jobs
from tests.fakes.raw_server import RawAnswer, RawServer
from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import HttpClient, open_http_client
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.catalog import Catalog, ServiceProfile, load_catalog
from voiceclone_gui.core.errors import Action, InputRefused
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.call_log import RequestRecord
from voiceclone_gui.practice.faults import Break, Fault, Gate, Hold, Point, Step
from voiceclone_gui.practice.server import PracticeServer
from voiceclone_gui.services.check_connection import ConnectionCheck
from voiceclone_gui.services.connection import ServiceChoice
from voiceclone_gui.services.connection_report import ConnectionReport

WRONG = "sk-canary-0123456789"
CALLS = [("GET", "/v1/files/list", "purpose=voice_clone"), ("POST", "/v1/voice_clone", "")]


@dataclass
class Bench:
    """Two regions of one service, and the check."""

    home: PracticeServer
    abroad: PracticeServer
    http: HttpClient
    catalog: Catalog
    seen: Mapping[str, int]
    check_timeout_s: float = 20.0

    def sent(self, server: PracticeServer) -> tuple[RequestRecord, ...]:
        """What has come to ``server`` in this test."""
        return server.requests[self.seen[server.base_url] :]

    def choice(self, profile_id: str = "minimax-global", **changes: object) -> ServiceChoice:
        profile = self.catalog.profile(profile_id)
        assert profile is not None
        chosen = ServiceChoice(
            profile=profile, base_url=profile.base_url, prefix=profile.prefix, token=Token(self.home.token)
        )
        return replace(chosen, **changes)  # type: ignore[arg-type]

    @property
    def check(self) -> ConnectionCheck:
        return ConnectionCheck(
            catalog=self.catalog, start_practice=self._start_practice, make_client=self._make_client
        )

    async def run(self, **changes: object) -> ConnectionReport:
        report = await self.check.check(self.choice(**changes))  # type: ignore[arg-type]
        assert_free(self.home, self.abroad)
        assert self.sent(self.abroad) == ()
        return report

    async def _start_practice(self) -> tuple[str, Token]:
        return self.home.base_url, Token(self.home.token)

    async def _make_client(self, address: ServiceAddress, token: Token) -> ServiceClient:
        return ServiceClient(
            http=self.http, address=address, token=token, check_timeout_s=self.check_timeout_s
        )


def assert_free(*servers: PracticeServer) -> None:
    """Nothing was made, and each call was one of the two, to its own host."""
    for server in servers:
        assert (server.counters.clones, server.counters.billed_characters) == (0, 0)
        assert server.counters.uploads == 0
        for request in server.requests:
            endpoint = "/v1/" + request.path.rpartition("/v1/")[2]
            assert (request.method, endpoint, request.query) in CALLS
            assert request.header("host") == server.base_url.removeprefix("http://")
            assert json.loads(request.body or b"{}") == {}


def catalog_with(profiles: Sequence[ServiceProfile]) -> Catalog:
    return replace(load_catalog(), profiles=tuple(profiles))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PracticeServer, PracticeServer]]:
    folder = tmp_path_factory.mktemp("services")
    made = [PracticeServer(state_dir=folder / name, jobs=quick_jobs()) for name in ("home", "abroad")]
    for server in made:
        server.start()
    yield made[0], made[1]
    for server in made:
        server.stop()


@pytest.fixture
async def bench(servers: tuple[PracticeServer, PracticeServer]) -> AsyncIterator[Bench]:
    home, abroad = servers
    seen = {server.base_url: len(server.requests) for server in servers}
    addresses = {"minimax-global": home.base_url, "minimax-mainland": abroad.base_url}
    profiles = [replace(p, base_url=addresses.get(p.id, p.base_url)) for p in load_catalog().profiles]
    async with await open_http_client() as http:
        yield Bench(home=home, abroad=abroad, http=http, catalog=catalog_with(profiles), seen=seen)
    home.faults.clear()


def findings(report: ConnectionReport) -> str:
    """y, n or ? for reachable, certificate, prefix, token, verified, can clone."""
    found = (
        report.reachable,
        report.certificate,
        report.prefix,
        report.token,
        report.verified,
        report.can_clone,
    )
    return "".join({"yes": "y", "no": "n", "unknown": "?"}[finding] for finding in found)


async def test_a_good_token_is_good_and_the_rest_can_not_be_told(bench: Bench) -> None:
    report = await bench.run()
    assert findings(report) == "y?yy??"
    assert report.is_good
    assert report.diagnosis.code == "check-good"
    assert "can't be told without cost" in report.diagnosis.cure
    assert report.diagnosis.action is None
    assert (report.profile_id, report.host) == ("minimax-global", "127.0.0.1")
    assert [(r.method, r.path, r.query) for r in bench.sent(bench.home)] == CALLS
    assert bench.sent(bench.home)[1].body == b"{}"
    assert report.diagnosis.trace_id == bench.sent(bench.home)[1].trace_id


async def test_the_practice_service_is_checked_too_and_costs_nothing(bench: Bench) -> None:
    report = await bench.run(profile_id="practice", token=Token(""))
    assert findings(report) == "y?yy??"
    assert report.diagnosis.code == "check-good-practice"
    assert "nothing is paid" in report.diagnosis.cure


def error(code: int) -> Fault:
    return answers.business_error(code)


NOT_OFFERED = (answers.html(200), answers.html(404), answers.gateway_error(404, "not found"))
# Faults of the files' call and of the clone's, the findings, the diagnosis.
CASES: list[tuple[str, Fault | None, Fault | None, str, str]] = [
    ("1004", error(1004), None, "y?yn??", "service-1004"),
    ("1004 at the clone", None, error(1004), "y?yn??", "service-1004"),
    ("2049", error(2049), None, "y?yn??", "service-2049"),
    ("2049 at the clone", NOT_OFFERED[0], error(2049), "y?yn??", "service-2049"),
    ("401", answers.gateway_error(401, "invalid token"), None, "y?yn??", "token-refused"),
    ("401 page", answers.html(401), None, "y?yn??", "token-refused"),
    ("401 at the clone", NOT_OFFERED[2], answers.plain_error(401, "no"), "y?yn??", "token-refused"),
    ("authorized_error", answers.authorized_error(), None, "y?yn??", "service-1004"),
    ("403", NOT_OFFERED[1], answers.gateway_error(403, "no access"), "y?yn??", "check-forbidden"),
    ("403 at the files only", answers.gateway_error(403, "no access"), None, "y?yy??", "check-good"),
    ("2038", None, error(2038), "y?yynn", "service-2038"),
    ("2038 only", NOT_OFFERED[0], error(2038), "y?yynn", "service-2038"),
    ("20132", NOT_OFFERED[0], error(20132), "y?yy??", "check-good"),
    ("files not offered: HTML", NOT_OFFERED[0], None, "y?yy??", "check-good"),
    ("files not offered: page", NOT_OFFERED[1], None, "y?yy??", "check-good"),
    ("files not offered: JSON", NOT_OFFERED[2], None, "y?yy??", "check-good"),
    ("files broken", answers.html(502), None, "y?yy??", "check-good"),
    ("files unreadable", answers.truncated(keep_bytes=9), None, "y?yy??", "check-good"),
    ("HTML with 200", NOT_OFFERED[0], NOT_OFFERED[0], "y?n???", "wrong-address"),
    ("404 gateway JSON", NOT_OFFERED[2], NOT_OFFERED[2], "y?n???", "wrong-address"),
    ("no cloning there", None, NOT_OFFERED[2], "y?yy?n", "check-no-clone"),
    ("1008", None, error(1008), "y?yy?n", "service-1008"),
    ("429", answers.too_many(retry_after=3), None, "y?y???", "slow-down"),
    ("502", answers.html(502), answers.html(502), "y?????", "service-trouble"),
    ("503", answers.html(503), answers.html(503), "y?????", "service-trouble"),
    ("502 at the clone only", None, answers.html(502), "y?yy??", "service-trouble"),
    ("1013", error(1013), error(1013), "y?y???", "service-1013"),
    ("no channel", NOT_OFFERED[2], answers.no_channel(), "y?????", "service-busy"),
    ("unreadable", NOT_OFFERED[2], answers.truncated(keep_bytes=9), "y?????", "answer-unreadable"),
    ("400", NOT_OFFERED[2], answers.gateway_error(400, "field required"), "y?y???", "check-unclear"),
    ("success", NOT_OFFERED[2], error(0), "y?????", "check-unclear"),
]


@pytest.mark.parametrize(
    ("files", "clone", "found", "code"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
async def test_each_answer_has_its_diagnosis(
    bench: Bench, files: Fault | None, clone: Fault | None, found: str, code: str
) -> None:
    for step, fault in ((Step.FILES_LIST, files), (Step.CLONE, clone)):
        if fault is not None:
            bench.home.faults.add(step, fault)
    report = await bench.run()
    assert (findings(report), report.diagnosis.code) == (found, code)
    assert report.diagnosis.title
    assert report.diagnosis.cure
    assert report.is_good is (code == "check-good")
    if code not in {"wrong-address", "check-unclear"}:
        assert report.diagnosis.trace_id in {r.trace_id for r in bench.sent(bench.home)} | {
            "0511c0ffee0511c0ffee0511c0ffee05",
            "20261101093015123456789AbCdEfGh",
            "",
        }


async def test_a_wrong_token_leads_to_the_other_region_where_there_is_one(bench: Bench) -> None:
    report = await bench.run(token=Token(WRONG))
    assert (findings(report), report.diagnosis.code) == ("y?yn??", "service-2049")
    assert report.diagnosis.action is Action.TRY_OTHER_REGION
    assert report.diagnosis.trace_id == bench.sent(bench.home)[0].trace_id
    assert WRONG not in f"{report}"
    # The first answer has settled it.
    assert len(bench.sent(bench.home)) == 1


async def test_a_wrong_token_elsewhere_leads_to_the_settings(bench: Bench) -> None:
    report = await bench.run(
        profile_id="gateway", base_url=bench.home.base_url, prefix="/minimaxi", token=Token(WRONG)
    )
    assert (findings(report), report.diagnosis.code) == ("y?yn??", "check-token-refused")
    assert report.diagnosis.action is Action.OPEN_CONNECTION
    assert not bench.check.has_other_region(bench.choice("gateway"))


async def test_the_other_region_sees_the_token_only_when_it_is_asked_for(bench: Bench) -> None:
    choice = bench.choice(token=Token(bench.abroad.token))
    assert not (await bench.check.check(choice)).is_good
    assert bench.sent(bench.abroad) == ()
    before = len(bench.sent(bench.home))
    report = await bench.check.check_other_region(choice)
    assert report.is_good
    assert report.profile_id == "minimax-mainland"
    assert len(bench.sent(bench.abroad)) == 2
    assert len(bench.sent(bench.home)) == before
    assert_free(bench.home, bench.abroad)
    # Whoever has tried both is not sent back.
    refused = await bench.check.check_other_region(bench.choice(token=Token(WRONG)))
    assert refused.diagnosis.action is Action.OPEN_CONNECTION


async def test_without_an_other_region_or_a_token_nothing_is_sent(bench: Bench) -> None:
    with pytest.raises(ValueError, match="no other region"):
        await bench.check.check_other_region(bench.choice("hingnet"))
    for call in (bench.check.check, bench.check.check_other_region):
        with pytest.raises(InputRefused):
            await call(bench.choice(token=Token("")))
    with pytest.raises(InputRefused):
        await bench.check.check(bench.choice("gateway", base_url="http://example.com"))
    assert bench.sent(bench.home) == ()
    assert bench.sent(bench.abroad) == ()


async def test_a_wrong_prefix_is_told_from_a_wrong_token(bench: Bench) -> None:
    report = await bench.run(profile_id="gateway", base_url=bench.home.base_url + "/elsewhere/v2")
    assert (findings(report), report.diagnosis.code) == ("y?n???", "wrong-address")
    assert report.diagnosis.action is Action.OPEN_CONNECTION


async def test_a_service_that_takes_too_long(bench: Bench) -> None:
    gate = Gate()
    bench.home.faults.add(Step.FILES_LIST, Hold(gate=gate, at=Point.AFTER_WORK))
    bench.check_timeout_s = 0.05
    report = await bench.run()
    gate.open()
    assert (findings(report), report.diagnosis.code) == ("y?????", "read-timeout")
    assert report.diagnosis.action is Action.TRY_AGAIN


async def test_a_connection_that_breaks(bench: Bench) -> None:
    bench.home.faults.add(Step.CLONE, Break(at=Point.BEFORE_WORK))
    report = await bench.run()
    assert (findings(report), report.diagnosis.code) == ("y?yy??", "connection-lost")


async def test_nobody_there(bench: Bench) -> None:
    with RawServer([]) as closed:
        root = closed.base_url
    refused = await bench.run(profile_id="gateway", base_url=root)
    assert (findings(refused), refused.diagnosis.code) == ("n?????", "connect-refused")
    unknown = await bench.run(profile_id="gateway", base_url="https://no-such-host.invalid")
    assert (findings(unknown), unknown.diagnosis.code) == ("n?????", "connect-dns")
    assert unknown.host == "no-such-host.invalid"


async def test_a_certificate_that_nobody_knows(bench: Bench) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with RawServer([RawAnswer()], tls=context) as service:
        report = await bench.run(profile_id="gateway", base_url=f"https://127.0.0.1:{service.port}")
    assert (findings(report), report.diagnosis.code) == ("yn????", "connect-tls-unknown")


async def test_a_good_certificate_counts(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    redirect = RawAnswer(
        content=b"HTTP/1.1 302 X\r\nLocation: https://other.example/\r\nContent-Length: 0\r\n\r\n"
    )
    with RawServer([redirect, redirect], tls=context) as service:
        async with await open_http_client() as http:
            bench.http = http
            report = await bench.run(profile_id="gateway", base_url=f"https://127.0.0.1:{service.port}")
    # The token doesn't follow it to another host.
    assert (findings(report), report.diagnosis.code) == ("yyn???", "wrong-address-redirect")
