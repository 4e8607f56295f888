"""The bench itself: that nobody is measured who does not do the work, that ratios are what they say.

    python3 -m tests.bench.bench_test BENCH_LAUNCH
"""

from __future__ import annotations

import sys
import tempfile
import time
import unittest
from pathlib import Path

from .compare import derive, disqualify, measured, row_of
from .contestants import Contestant, Contestants
from .measure import Command, Failed, Runner, Spread, Used, rounds
from .servers import PageKind, Pages
from .sets import Comparison, Derived, Set
from .table import Row, text

LAUNCHER = Path(sys.argv.pop()) if len(sys.argv) > 1 else Path()
_MIB = 1 << 20


def _prints(message: str, times: int = 1) -> str:
    return "sh -c '" + 'echo "$0"; ' * times + "' '" + '{"type": "' + message + '"}' + "'"


class BenchTest(unittest.TestCase):
    """Each test has a folder and a runner."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.runner = Runner(LAUNCHER, self.folder)

    def others(self, commands: dict[str, str]) -> Set:
        """A set of foreign contestants on one page of one record, which nobody serves."""
        pages = Pages(PageKind(1, 1, 100), "http://127.0.0.1:1", self.folder / "urls", 0, 0, None)
        made = Contestants(self.folder, self.folder, commands).others(pages)
        return Set("some", "", 2, made)

    def test_peak_memory_is_the_commands_own(self) -> None:
        ballast = bytearray(64 * _MIB)  # of this process, which the command has nothing to do with
        small = self.runner.run(Command(("true",)))
        large = self.runner.run(Command((sys.executable, "-c", "bytearray(100 << 20)")))
        self.assertLess(small.peak, 16 * _MIB)
        self.assertGreater(large.peak, 100 * _MIB)
        self.assertEqual(len(ballast), 64 * _MIB)

    def test_cpu_time_includes_the_children_of_a_command(self) -> None:
        busy = f"{sys.executable} -c 'sum(range(10 ** 7))'; true"
        used = self.runner.run(Command(("sh", "-c", busy)))
        self.assertGreater(used.cpu, 0.02)
        self.assertGreaterEqual(used.wall, used.cpu * 0.5)

    def test_a_command_that_does_not_end_is_ended_with_its_children(self) -> None:
        mark = self.folder / "late"
        begin = time.monotonic()
        with self.assertRaisesRegex(Failed, "not done after"):
            self.runner.run(Command(("sh", "-c", f"(sleep 3; touch {mark}) & sleep 60"), timeout=0.2))
        self.assertLess(time.monotonic() - begin, 30)
        time.sleep(4)  # as long as the child would need
        self.assertFalse(mark.exists())

    def test_a_failure_says_the_last_line_of_standard_error(self) -> None:
        with self.assertRaisesRegex(Failed, "ended with 3: it is broken"):
            self.runner.run(Command(("sh", "-c", "echo it is broken >&2; exit 3")))

    def test_what_a_run_left_is_gone_before_the_next_one(self) -> None:
        left = self.folder / "left"
        command = Command(("mkdir", str(left)), fresh=(left,))
        self.runner.run(command)
        self.runner.run(command)

    def test_who_does_not_bring_every_record_takes_no_part(self) -> None:
        made = self.others({"good": _prints("RECORD"), "none": _prints("STATE"), "twice": _prints("RECORD", 2),
                            "broken": "false", "absent": "/nowhere/x"})
        disqualify(made, self.runner)
        self.assertEqual([each.name for each in made.contestants], ["good"])
        self.assertEqual(made.missing["none"], "brought 0 instead of 1")
        self.assertEqual(made.missing["twice"], "brought 2 instead of 1")
        self.assertIn("ended with 1", made.missing["broken"])
        self.assertIn("/nowhere/x", made.missing["absent"])

    def test_who_fails_in_a_later_round_has_no_row(self) -> None:
        flag = self.folder / "flag"
        commands = {"steady": Command(("true",)), "once": Command(("mkdir", str(flag)))}
        failed: dict[str, str] = {}
        used = rounds(commands, 3, self.runner, lambda name, reason: failed.update({name: reason}))
        self.assertEqual(list(used), ["steady"])
        self.assertEqual(len(used["steady"]), 3)
        self.assertIn("once", failed)

    def test_measured_contestants_have_rows_with_and_without_a_comparison(self) -> None:
        runs = [Contestant(name, Command(("true",)), 1, 0, lambda *_: 0) for name in ("a", "b", "c")]
        made = Set("some", "", 2, runs, [Comparison("a", "b"), Comparison("a", "gone")])
        self.assertEqual([(row.contestant, row.against) for row in measured(made, self.runner)],
                         [("a", "b"), ("b", ""), ("c", "")])


class RatioTest(unittest.TestCase):
    """Ratios are those of single rounds, of work in a second."""

    def test_a_ratio_compares_the_work_of_a_second(self) -> None:
        used = {"ours": [Used(2, 1, 10)], "theirs": [Used(4, 8, 20)]}
        row = row_of("set", Comparison("ours", "theirs"), used, {"ours": 1000, "theirs": 100})
        assert row is not None
        self.assertEqual(row.wall_ratio, Spread(20, 20, 20))
        self.assertEqual(row.cpu_ratio, Spread(80, 80, 80))

    def test_a_ratio_is_the_median_of_rounds_and_not_the_ratio_of_medians(self) -> None:
        used = {"ours": [Used(1, 1, 0), Used(2, 1, 0), Used(10, 1, 0)],
                "theirs": [Used(1, 1, 0), Used(10, 1, 0), Used(2, 1, 0)]}
        row = row_of("set", Comparison("ours", "theirs"), used, {"ours": 1, "theirs": 1})
        assert row is not None
        self.assertEqual(row.wall_ratio, Spread(1, 0.2, 5))

    def test_start_up_is_taken_off_in_time_and_in_work(self) -> None:
        used = {"whole": [Used(5, 4, 7)], "page": [Used(3, 2, 6)]}
        work = {"whole": 100, "page": 20}
        derive(Set("set", "", 1, derived=[Derived("rest", "whole", "page")]), used, work)
        self.assertEqual(used["rest"], [Used(2, 2, 7)])
        self.assertEqual(work["rest"], 80)

    def test_peak_memory_is_the_largest_of_all_rounds(self) -> None:
        used = {"ours": [Used(1, 1, 10 * _MIB), Used(1, 1, 30 * _MIB), Used(1, 1, 20 * _MIB)]}
        row = row_of("set", Comparison("ours", "", "peak", 20, 24), used, {"ours": 5})
        assert row is not None
        self.assertEqual(row.peak_mib, 30)
        self.assertEqual(row.verdict(), "MISSED")

    def test_a_goal_is_judged_by_wall_and_by_cpu_time(self) -> None:
        def verdict(wall: float, cpu: float) -> str:
            return Row("set", "a", "b", wall_ratio=Spread(wall, 0, 9), cpu_ratio=Spread(cpu, 0, 9), goal=0.5,
                       floor=0.3).verdict()

        self.assertEqual(verdict(0.5, 0.6), "met")
        self.assertEqual(verdict(0.6, 0.4), "wall met, CPU floor met")
        self.assertEqual(verdict(0.4, 0.2), "wall floor met, CPU MISSED")
        self.assertIn("MISSED", text([Row("set", "a", "b", wall_ratio=Spread(0.2, 0, 9), goal=0.5, floor=0.3)]))

    def test_less_is_better_where_the_ideal_is_one(self) -> None:
        used = {"ours": [Used(2.6, 0.1, 0)]}
        row = row_of("set", Comparison("ours", "2.5 s", "wall", 1.1, 1.3, 2.5), used, {"ours": 1})
        assert row is not None
        self.assertEqual(row.verdict(), "met")


if __name__ == "__main__":
    unittest.main(verbosity=2)
