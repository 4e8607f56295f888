"""The sets: who runs on what, who is compared with whom, and which goals there are. README.md explains them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from ..peers.environments import Environments, Missing
from .contestants import Contestant, Contestants
from .servers import MadeServer, PageKind, Pages, PageServer

TRANSFER = "transfer alone"
DECODE = "libcurl's own decode alone"
PEERS = ("singer-sdk", "airbyte-cdk", "dlt")
IDEAL_SECONDS = 2.5  # 50 pages in a row, 50 ms each


@dataclass(frozen=True)
class Comparison:
    """`what`: speed (work in a second, by wall and by CPU, in that of `against`; more is better), wall (in seconds of
    `ideal`; less is better), peak (MiB; less is better) or peak ratio (in that of `against`; less is better)."""

    contestant: str
    against: str
    what: str = "speed"
    goal: float | None = None
    floor: float | None = None
    ideal: float = 0


@dataclass(frozen=True)
class Derived:
    """A contestant that does not run: the time and the work of `of`, less those of `less` in the same round."""

    name: str
    of: str
    less: str


@dataclass
class Set:
    """What runs in turn. `missing`: contestants that can't be had, and why."""

    name: str
    about: str
    rounds: int
    contestants: list[Contestant] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    derived: list[Derived] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bench:
    """What sets are made from."""

    contestants: Contestants
    page_server: PageServer
    made_server: MadeServer
    environments: Environments
    peers: bool
    quick: bool
    rounds: int | None  # as asked for

    def rounds_of(self, usual: int, quick: int) -> int:
        return self.rounds or (quick if self.quick else usual)


@dataclass(frozen=True)
class PageSet:
    """Pages from nginx, read by integ and by the transfer alone."""

    about: str
    kind: PageKind
    goal: float | None = None
    floor: float | None = None
    decode_goal: float | None = None
    decode_floor: float | None = None
    peak_goal: float | None = None
    peak_floor: float | None = None
    output: str = "null"


_932K = PageKind(records=932 * 300, a_page=932, record_bytes=1000)
_SHORTER = replace(_932K, records=932 * 60)

PAGE_SETS = {
    "17k": PageSet("17 KB pages of 200 B records", PageKind(85 * 4000, 85, 200)),
    "93k": PageSet("93 KB pages of 1 KB records", PageKind(93 * 2000, 93, 1000), 0.70, 0.51),
    "932k": PageSet("932 KB pages of 1 KB records", _932K, 0.45, 0.3),
    "5.3m": PageSet("5.3 MB pages of 5 KB records", PageKind(1060 * 60, 1060, 5000), 0.29, 0.18, peak_goal=32,
                    peak_floor=40),
    "932k-200b": PageSet("932 KB pages of 200 B records", PageKind(4660 * 300, 4660, 200)),
    "932k-5k": PageSet("932 KB pages of 5 KB records", PageKind(186 * 300, 186, 5000)),
    "gzip": PageSet("932 KB pages of 1 KB records in gzip", replace(_932K, records=932 * 150, packed=True),
                    decode_goal=1.3, decode_floor=0.65),
    "tls": PageSet("932 KB pages of 1 KB records over TLS", replace(_932K, tls=True), 0.66, 0.5),
    "pretty": PageSet("pages of 932 records of 1 KB, pretty-printed", replace(_932K, style="pretty")),
    "escaped": PageSet("932 KB pages of 1 KB records, text in \\u escapes", replace(_932K, style="escaped")),
    "pipe": PageSet("932 KB pages of 1 KB records into a pipe", _932K, output="pipe"),
    "jsonl": PageSet("932 KB pages of 1 KB records into a file of JSON Lines", _932K, output="jsonl"),
    "sqlite": PageSet("932 KB pages of 1 KB records into SQLite", _SHORTER, output="sqlite"),
}


def _page_set(bench: Bench, name: str) -> Set:
    wanted = PAGE_SETS[name]
    made = Set(name, wanted.about, bench.rounds_of(11, 3))
    kind = wanted.kind
    if bench.quick:
        kind = replace(kind, records=max(kind.records // kind.a_page // 5, 1) * kind.a_page)
    try:
        pages = bench.page_server.serve(name, kind)
    except Missing as error:
        made.missing = {"integ": str(error), TRANSFER: str(error)}
        return made
    entries = bench.contestants
    made.contestants = [_integ_for(entries, pages, wanted.output),
                        entries.transfer(pages, TRANSFER, "--gzip" if kind.packed else "")]
    made.comparisons = [Comparison("integ", TRANSFER, goal=wanted.goal, floor=wanted.floor)]
    if kind.packed:
        made.contestants.append(entries.transfer(pages, DECODE, "--decode"))
        made.comparisons.append(Comparison("integ", DECODE, goal=wanted.decode_goal, floor=wanted.decode_floor))
    if wanted.peak_goal is not None:
        made.comparisons.append(Comparison("integ", "", "peak", wanted.peak_goal, wanted.peak_floor))
    if wanted.output == "null":
        for other in entries.others(pages):
            made.contestants.append(other)
            made.comparisons.append(Comparison(other.name, TRANSFER))
    return made


def _integ_for(entries: Contestants, pages: Pages, output: str) -> Contestant:
    if output == "jsonl":
        return entries.to_files(pages)
    if output == "sqlite":
        return entries.to_sqlite(pages)
    return entries.airbyte(pages, into_pipe=output == "pipe")


def _latency(bench: Bench) -> Set:
    made = Set("latency", "20 streams of 50 pages, one after the other, 50 ms each", bench.rounds_of(3, 1))
    made.contestants = [bench.contestants.crowd(f"{bench.made_server.url}/latency", 20, 20 * 50 * 10)]
    made.comparisons = [Comparison("integ", f"the ideal {IDEAL_SECONDS} s", "wall", 1.1, 1.3, IDEAL_SECONDS)]
    return made


def _growth(bench: Bench) -> Set:
    """The cost of a record is that of the set of a million: where it grows, the ratio falls."""
    made = Set("growth", "ever more records of 200 B in pages of 1000", bench.rounds_of(3, 2))
    powers = range(4, 7 if bench.quick else 8)
    for power in powers:
        url = f"{bench.made_server.url}/growth/{10**power}"
        made.contestants.append(bench.contestants.growth(url, 10**power, f"integ, 10^{power}"))
        if power != 6:
            last = power == 7
            made.comparisons.append(Comparison(f"integ, 10^{power}", "integ, 10^6", goal=0.95 if last else None,
                                               floor=0.8 if last else None))
    urls = [f"{bench.made_server.url}/growth/1000000/pokemon?page={page}" for page in range(1000)]
    made.contestants.append(bench.contestants.transfer_of(urls, 10**6, f"{TRANSFER}, 10^6"))
    made.comparisons.insert(2, Comparison("integ, 10^6", f"{TRANSFER}, 10^6"))
    if not bench.quick:
        made.comparisons.append(Comparison("integ, 10^7", "integ, 10^6", "peak ratio", 1.1, 1.25))
    return made


def _stream(bench: Bench) -> Set:
    mib = 128 if bench.quick else 1024
    made = Set("stream", f"one body of {mib} MiB, records of 1 KB going out as they close", bench.rounds_of(3, 1))
    for form in ("array", "lines", "packed"):
        url = f"{bench.made_server.url}/body/{mib}"
        records = int(bench.made_server.text(f"/body/{mib}/records"))
        made.contestants += [bench.contestants.streamed(url, form, records, f"integ, {form}"),
                             bench.contestants.transfer_of([f"{url}/{form}"], records, f"{TRANSFER}, {form}")]
        made.comparisons += [Comparison(f"integ, {form}", f"{TRANSFER}, {form}"),
                             Comparison(f"integ, {form}", "", "peak", 20, 24)]
    return made


def _pythons(bench: Bench, made: Set) -> dict[str, str]:
    """The interpreters of the peers that can be had; the others are named."""
    pythons: dict[str, str] = {}
    for peer in PEERS:
        try:
            if not bench.peers:
                raise Missing("left out (--peers no)")
            pythons[peer] = bench.environments.python(peer)
        except Missing as error:
            made.missing[peer] = str(error)
    return pythons


def _start_up(bench: Bench) -> Set:
    made = Set("start-up", "a program that says what it is, and ends", bench.rounds_of(15, 5))
    made.contestants = [bench.contestants.start_up(), bench.contestants.empty_process()]
    made.comparisons = [Comparison("integ", "true")]
    for peer, python in _pythons(bench, made).items():
        made.contestants.append(bench.contestants.peer_start_up(peer, python))
        made.comparisons.append(Comparison("integ", peer))
    return made


def _peers(bench: Bench) -> Set:
    """integ reads all pages, a peer the last tenth of them, and the last one alone: that is its start-up."""
    made = Set("peers", "185 KB pages of 0.7 KB records, by records a second", bench.rounds_of(3, 1))
    pythons = _pythons(bench, made)
    if not pythons:
        return made
    kind = PageKind(20_000 if bench.quick else 200_000, 250, 723)
    try:
        pages = bench.page_server.serve("peers", kind)
    except Missing as error:
        made.missing = dict.fromkeys(("integ", *PEERS), str(error))
        return made
    entries = bench.contestants
    makers: dict[str, tuple[Contestant, Callable[[str, str, str, int], Contestant], float | None, float | None]] = {
        "singer-sdk": (entries.singer(pages), entries.singer_sdk, 100, 60),
        "airbyte-cdk": (entries.airbyte(pages, "integ source"), entries.airbyte_cdk, 100, 60),
        "dlt": (entries.to_files(pages, "integ run, JSON Lines"), entries.dlt, None, None),
    }
    tenth = kind.pages // 10
    for peer, python in pythons.items():
        ours, make, goal, floor = makers[peer]
        page, rest = f"{peer}, one page", f"{peer}, less start-up"
        made.contestants += [
            ours,
            make(peer, python, f"{pages.url}/p{kind.pages - tenth}.json", tenth * kind.a_page),
            make(page, python, f"{pages.url}/p{kind.pages - 1}.json", kind.a_page),
        ]
        made.derived.append(Derived(rest, peer, page))
        made.comparisons += [Comparison(ours.name, against, goal=goal, floor=floor) for against in (peer, rest)]
    return made


SETS: dict[str, Callable[[Bench], Set]] = {
    **{name: partial(_page_set, name=name) for name in PAGE_SETS},
    "latency": _latency,
    "growth": _growth,
    "stream": _stream,
    "start-up": _start_up,
    "peers": _peers,
}
