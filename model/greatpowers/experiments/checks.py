"""Rules of an experiment file that need more than one of its settings, each a sentence when it is broken."""

import math
from collections.abc import Iterable, Iterator

from greatpowers.dictionary import METRIC_NAMES
from greatpowers.experiments.sampling import spread
from greatpowers.experiments.schema import LARGEST_SEED, Experiment, Range
from greatpowers.scenario.errors import shown, suggestion
from greatpowers.scenario.kinds import repeated
from greatpowers.scenario.library import names
from greatpowers.scenario.posterior import Posterior
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.summary import SUMMARY_COLUMNS

Fault = tuple[str, str]

MOST_RUNS = 10**9
FEWEST_TRAJECTORIES = 2
LARGEST_SOBOL = 21201
"""Dimensions for which SciPy has Sobol's direction numbers."""


def experiment_faults(experiment: Experiment) -> Iterator[Fault]:
    """Everything wrong with an experiment in itself."""
    yield from _metric_faults(experiment)
    yield from _sample_faults(experiment)
    for key in ("scenarios", "policies"):
        for name in repeated(getattr(experiment, key) or ()):
            yield "", f"'{key}' names '{name}' more than once."
    last = experiment.seed_base + experiment.replicates - 1
    if last > LARGEST_SEED:
        yield "", f"'seed_base' is {experiment.seed_base}; the last seed would be {last}, above {LARGEST_SEED}."


def _metric_faults(experiment: Experiment) -> Iterator[Fault]:
    chosen = experiment.metrics or SUMMARY_COLUMNS
    for name in chosen:
        if name not in SUMMARY_COLUMNS:
            yield "", f"'metrics' names '{name}', and there is no such metric. {suggestion(name, SUMMARY_COLUMNS)}"
    for name in repeated(chosen):
        yield "", f"'metrics' names '{name}' more than once."
    known = set(chosen) <= set(SUMMARY_COLUMNS)
    if experiment.record == "round" and known and not set(chosen) & set(METRIC_NAMES):
        yield "", "'record' is \"round\", but none of the 'metrics' has a value by round; name one such as order."


def _sample_faults(experiment: Experiment) -> Iterator[Fault]:
    asked, place = experiment.sample, "uncertainties"
    if experiment.parameters is not None:
        yield from _drawing_faults(experiment)
        return
    if experiment.uncertainties and asked is None:
        yield place, "'sample' is missing: say how to choose values, such as { method = \"lhs\", size = 500 }."
    if asked is None:
        return
    if not experiment.uncertainties:
        yield place, "'sample' is given, but no parameter to vary; name one, such as clash = [0.01, 0.05], or all."
    if asked.method in ("sobol", "saltelli") and asked.size & (asked.size - 1):
        near = 2 ** round(math.log2(asked.size))
        named = {"sobol": "Sobol", "saltelli": "Saltelli"}[asked.method]
        yield place, f"'sample.size' is {asked.size}; expected a power of two for a {named} sample, such as {near}."
    if asked.method == "morris" and asked.size < FEWEST_TRAJECTORIES:
        text = f"expected at least {FEWEST_TRAJECTORIES} trajectories for a Morris sample"
        yield place, f"'sample.size' is {asked.size}; {text}."
    for name, said in spread(experiment).items():
        if asked.method != "grid" and not isinstance(said, Range) and (len(said) != 2 or said[0] >= said[1]):
            text = f"'{name}' is {shown(list(said))}; expected lowest and highest value, [low, high], for "
            yield place, f"{text}{asked.method}."


def _drawing_faults(experiment: Experiment) -> Iterator[Fault]:
    """What does not go with parameter sets that are drawn from a posterior."""
    if experiment.uncertainties:
        yield "uncertainties", "parameters are drawn from a posterior already; leave out 'parameters' or these ranges."
    if experiment.sample is not None and "method" in experiment.sample.model_fields_set:
        yield (
            "sample",
            "'method' is for ranges; of a posterior give 'size', and 'seed' if you like, or no sample at all.",
        )


def posterior_faults(experiment: Experiment, posterior: Posterior) -> Iterator[Fault]:
    """More draws than there are."""
    count, asked = len(posterior.draws), experiment.sample
    if asked is not None and asked.size > count:
        text = f"posterior '{posterior.name}' has {count:,} draws; expected at most that many"
        yield "sample", f"'size' is {asked.size:,}, and {text}."


def policy_faults(experiment: Experiment, policies: list[str]) -> Iterator[Fault]:
    """What is wrong with the policies taken together; `policies` are the names in their files."""
    for name in repeated(policies):
        yield "", f"'policies' has more than one policy called '{name}'; give each a name of its own."
    baseline = experiment.baseline
    if baseline is not None and baseline not in policies:
        yield "", f"'baseline' is {shown(baseline)}, which is not among the policies. {suggestion(baseline, policies)}"


def scenario_set_faults(experiment: Experiment, scenarios: list[Scenario], generated: list[bool]) -> Iterator[Fault]:
    """What is wrong with the scenarios taken together; `generated` says which have a [synthetic] table."""
    for name in repeated(scenario.name for scenario in scenarios):
        yield "", f"'scenarios' has more than one scenario called '{name}'; give each a name of its own."
    for scenario, made in zip(scenarios, generated, strict=True):
        if experiment.synthetic and not made:
            text = f"it varies generated worlds, but scenario '{scenario.name}' is not generated; leave one out."
            yield "synthetic", text
        yield from _assignment_faults(experiment, scenario)


def _assignment_faults(experiment: Experiment, scenario: Scenario) -> Iterator[Fault]:
    ids, known = scenario.state_index(), {*names("doctrines"), *(own.name for own in scenario.doctrines)}
    for name, assignment in experiment.doctrines.items():
        place = f"doctrines, '{name}'"
        for state, doctrine in assignment.items():
            if state not in ids:
                yield place, f"scenario '{scenario.name}' has no state '{state}'. {suggestion(state, ids)}"
            if doctrine not in known:
                remedy = suggestion(doctrine, sorted(known))
                yield place, f"'{state}' is \"{doctrine}\", and there is no such doctrine. {remedy}"


def size_faults(runs: int, sizes: Iterable[tuple[str, int]]) -> Iterator[Fault]:
    """An experiment that nobody can wait for."""
    if runs > MOST_RUNS:
        parts = " x ".join(f"{size:,} {what}" for what, size in sizes if size > 1)
        total = f"{runs:,}" if runs < 10**15 else f"about 10^{int(math.log10(runs))}"
        yield "", f"this makes {total} runs ({parts}); expected at most {MOST_RUNS:,}."
