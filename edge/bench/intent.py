"""`stonechat bench intent`: understanding, on sentences that nobody here wrote.

Commands and open questions of public corpora (the parts that the shipped model has not seen),
routed as deployed, beside hassil with Home Assistant's own sentence templates and beside
gazetteer-matcher.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from edge.bench import intent_gold, intent_peers
from edge.bench.intent_peers import Judge
from edge.bench.intent_spoken import LEVELS_DB, Ears, noises, spread, through
from edge.config.schema import Asr, Voice
from edge.events import Cloud, Intent
from edge.speaking.tts import PiperEngine
from edge.understanding import public
from edge.understanding.corpus import OTHER
from edge.understanding.model import IntentModel
from edge.understanding.own import OwnRouter
from edge.understanding.router import Router
from edge.understanding.text import core, tokens
from edge.vocabulary import Vocabulary

_NOW = datetime(2026, 1, 5, 12)
_PEOPLE = "home"
_PEERS = {"hassil": intent_peers.hassil, "gazetteer": intent_peers.gazetteer}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a router made of a sentence."""

    item: public.Item
    source: str
    intents: tuple[Intent, ...]
    """What is done on the device; empty: it goes to the cloud."""
    guess: str
    """The best intent, done or not."""
    score: float
    ms: float

    @property
    def command(self) -> bool:
        """Whether it is one."""
        return self.item.accepted != (OTHER,)

    @property
    def right(self) -> bool:
        """Whether the best intent is one of those that the corpus allows."""
        return self.guess in self.item.accepted

    @property
    def done(self) -> bool:
        """Whether it was carried out on the device, and as what it was meant."""
        return bool(self.intents) and self.right


def run(
    folder: Path, model: Path | None = None, peers: bool = True, spoken: int = 0
) -> dict[str, Any]:
    """Figures of the shipped (or given) model and of its peers on the corpora under a folder.

    With `spoken`, so many commands and half as many open questions are also said and heard;
    the peers get what was heard, too.
    """
    root = public.root(folder)
    found = list(_items(root))
    vocabulary = _home(root, found)
    router = OwnRouter(IntentModel.load(model), vocabulary)
    judges = {"ours": _ours(router)}
    if peers:
        judges |= {name: peer(vocabulary) for name, peer in _PEERS.items()}
    result: dict[str, Any] = {
        name: _figures(_judged(found, judge)) for name, judge in judges.items()
    }
    file = model or Path(str(files("edge"))) / "data" / "intents.npz"
    if spoken:
        result["spoken"] = _spoken(_sample(found, spoken), router, judges, folder / "audio")
    result["model_mb"] = round(file.stat().st_size / 1e6, 3)
    return result


def verdicts(folder: Path, model: Path | None = None) -> list[Verdict]:
    """Every sentence with what the router makes of it, to look at errors."""
    root = public.root(folder)
    found = list(_items(root))
    router = Router(IntentModel.load(model), _home(root, found))
    return _judged(found, _ours(router))


def _home(root: Path, found: Sequence[tuple[str, public.Item]]) -> Vocabulary:
    sentences = [item.slots for source, item in found if source == "ha_intents"]
    return intent_gold.home(root / "ha_intents", sentences)


def _items(root: Path) -> Iterable[tuple[str, public.Item]]:
    for corpus, split in public.MEASURED:
        for item in public.items(root, corpus, split):
            if corpus == "ha_intents" and item.slots.get("state") == _PEOPLE:
                continue
            yield corpus, item


def _judged(found: Sequence[tuple[str, public.Item]], judge: Judge) -> list[Verdict]:
    out = []
    for source, item in found:
        start = time.perf_counter()
        intents, guess, score = judge(item.text)
        out.append(
            Verdict(item, source, intents, guess, score, 1e3 * (time.perf_counter() - start))
        )
    return out


def _ours(router: Router) -> Judge:
    def judge(text: str) -> tuple[tuple[Intent, ...], str, float]:
        route = router.route(text, _NOW)
        if isinstance(route, Cloud):
            best = route.intent or Intent(OTHER, score=0.0)
            return (), best.name, best.score
        return route.intents, route.intents[0].name, route.intents[0].score

    judge(core(tokens("warm up"))[0])
    return judge


# ── spoken ──────────────────────────────────────────────────────────────────────────────────


def _sample(found: Sequence[tuple[str, public.Item]], count: int) -> list[tuple[str, public.Item]]:
    """So many commands and half as many questions, evenly chosen."""
    commands = spread([pair for pair in found if pair[1].accepted != (OTHER,)], count)
    questions = [pair for pair in found if pair[1].accepted == (OTHER,)]
    return commands + spread(questions, count // 2)


def _spoken(
    chosen: Sequence[tuple[str, public.Item]], router: OwnRouter, judges: Mapping[str, Judge],
    audio: Path,
) -> dict[str, Any]:  # fmt: skip
    """The same sentences as text, and as the recogniser writes them, clean and in noise."""
    voice, ears = PiperEngine.load(Voice().model), Ears(Asr(), router, _NOW)

    def by_judge(found: Sequence[tuple[str, public.Item]]) -> dict[str, Any]:
        return {name: _heard(_judged(found, judge)) for name, judge in judges.items()}

    out: dict[str, Any] = {"text": by_judge(chosen)}
    for level in LEVELS_DB:
        texts = through([item.text for _, item in chosen], voice, ears, noises(audio)[::2], level)
        out["clean" if level is None else f"{level:g} dB"] = by_judge(
            [
                (source, replace(item, text=one.text))
                for (source, item), one in zip(chosen, texts, strict=True)
            ]
        )
    return out


def _heard(found: Sequence[Verdict]) -> dict[str, Any]:
    """Exact: done, the right intent, and the right slots where the corpus has some."""
    commands = [v for v in found if v.command]
    return {
        "n": len(commands),
        "exact": _share(_exact(v) if v.source == "ha_intents" else v.done for v in commands),
        "exact_home": _share(_exact(v) for v in commands if v.source == "ha_intents"),
        "accuracy": _share(v.right for v in commands),
        "leak": _share(not v.intents for v in commands),
        "n_open": len(found) - len(commands),
        "false_local": _share(bool(v.intents) for v in found if not v.command),
    }


# ── figures ──────────────────────────────────────────────────────────────────────────────────


def _figures(found: Sequence[Verdict]) -> dict[str, Any]:
    by_source: Mapping[str, list[Verdict]] = defaultdict(list)
    for verdict in found:
        by_source[verdict.source].append(verdict)
    return {
        **_summary(found),
        "corpora": {source: _summary(some) for source, some in by_source.items()},
        "f1": _f1([verdict for verdict in found if verdict.command]),
        "decision_ms": _spread([verdict.ms for verdict in found]),
    }


def _summary(found: Sequence[Verdict]) -> dict[str, Any]:
    commands = [verdict for verdict in found if verdict.command]
    questions = [verdict for verdict in found if not verdict.command]
    slotted = [v for v in commands if v.source == "ha_intents"]
    out: dict[str, Any] = {
        "n": len(commands),
        "accuracy": _share(v.right for v in commands),
        "leak": _share(not v.intents for v in commands),
    }
    if slotted:
        out["exact"] = _share(_exact(v) for v in slotted)
    if questions:
        out["n_open"] = len(questions)
        out["false_local"] = _share(bool(v.intents) for v in questions)
        out["oos_auroc"] = round(float(roc_auc_score(
            [v.command for v in commands + questions], [v.score for v in commands + questions]
        )), 4)  # fmt: skip
    return out


def _exact(verdict: Verdict) -> bool:
    """Done on the device, the right intent, the right slots (in our words or the corpus's)."""
    if not verdict.intents or not any(i.name in verdict.item.accepted for i in verdict.intents):
        return False
    gold = verdict.item.slots
    if gold and all(_alike(verdict.intents[0].slots, key, value) for key, value in gold.items()):
        return True
    return intent_gold.right(verdict.intents, verdict.item.label, gold)


def _alike(slots: Mapping[str, Any], key: str, value: Any) -> bool:
    """Whether a peer has the corpus's own slot (its floors are areas here, its numbers floats)."""
    found = slots.get(key, slots.get("area") if key == "floor" else None)
    if isinstance(found, float) and isinstance(value, int | float):
        return found == value
    return str(found).casefold() == str(value).casefold()


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return round(sum(values) / max(1, len(values)), 4)


def _f1(commands: Sequence[Verdict]) -> dict[str, float]:
    """F1 of each intent; where a corpus allows several, an allowed guess is the truth."""
    truths = [v.guess if v.right else v.item.accepted[0] for v in commands]
    out = {}
    for name in sorted(set(truths)):
        hit = sum(t == name and v.guess == name for t, v in zip(truths, commands, strict=True))
        total = truths.count(name) + sum(v.guess == name for v in commands)
        out[name] = round(2 * hit / total, 3)
    return out


def _spread(values: Sequence[float]) -> dict[str, float]:
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    return {"n": len(values), "p50": round(float(p50), 3), "p95": round(float(p95), 3),
            "p99": round(float(p99), 3)}  # fmt: skip
