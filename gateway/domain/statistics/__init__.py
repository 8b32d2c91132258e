"""Statistics: does a submission state or hint at statistics that are not out? Pure, explained, and shut by default."""

from __future__ import annotations

from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.evidence import Evidence, Judgement, Verdict
from gateway.domain.statistics.said import Said
from gateway.domain.statistics.verdict import STATISTICS_VERSION, Rules, judge_statistics

__all__ = ["STATISTICS_VERSION", "Diary", "Evidence", "Judgement", "Rules", "Said", "Verdict", "judge_statistics"]
