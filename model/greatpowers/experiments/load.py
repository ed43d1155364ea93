"""An experiment with everything it refers to read, checked and held, so that nothing is looked up later.

Rules of an experiment file that need more than one of its settings are here too.
"""

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greatpowers.dictionary import METRIC_NAMES
from greatpowers.experiments.schema import LARGEST_SEED, Experiment, ParameterRange, spread
from greatpowers.scenario.errors import GreatPowersError, complain, shown, suggestion
from greatpowers.scenario.kinds import repeated
from greatpowers.scenario.library import content_of, locate, names, path_of
from greatpowers.scenario.load import (
    compared,
    doctrine_beside,
    is_path,
    load_doctrine,
    load_policy,
    load_scenario,
    parse_toml,
    presets,
    read_as,
    with_doctrine_files,
)
from greatpowers.scenario.posterior import Posterior, load_posterior, named_posterior
from greatpowers.scenario.schema import Doctrine, PolicyPreset, Scenario, SyntheticSettings
from greatpowers.scenario.synthetic import GENERATORS, expansion_faults
from greatpowers.simulation.own import NO_RULES, OwnMetric, Rules, own_metrics, own_rules
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.storage.files import checksum_of_data
from greatpowers.storage.manifest import plain

Fault = tuple[str, str]

MOST_RUNS = 10**9
FEWEST_TRAJECTORIES = 2


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
    for name, domain in spread(experiment).items():
        if (
            asked.method != "grid"
            and not isinstance(domain, ParameterRange)
            and (len(domain) != 2 or domain[0] >= domain[1])
        ):
            text = f"'{name}' is {shown(list(domain))}; expected lowest and highest value, [low, high], for "
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


@dataclass(frozen=True, eq=False)
class Study:
    """What an experiment runs. Scenarios spell out their doctrines; generated ones are kept as their settings.

    `text` is the experiment file, word for word; `posterior` is what it draws parameters from, if it does; `doctrines`
    are those it names by path, by that path; `own_metrics` and `rules` are the functions it names. A study read back
    from results has no functions: no program is run that came with data.
    """

    experiment: Experiment
    scenarios: tuple[Scenario, ...]
    policies: tuple[PolicyPreset, ...]
    text: str
    posterior: Posterior | None = None
    own_metrics: tuple[OwnMetric, ...] = ()
    doctrines: Mapping[str, Doctrine] = field(default_factory=dict)
    rules: Rules = NO_RULES

    def contents(self) -> dict[str, str]:
        """Hash of the content of each scenario and policy, the posterior and own metrics, by what to call it."""
        named = {f"scenario '{scenario.name}'": plain(scenario) for scenario in self.scenarios}
        named |= {f"policy '{policy.name}'": plain(policy) for policy in self.policies}
        if self.posterior is not None:
            named[f"posterior '{self.posterior.name}'"] = plain(self.posterior)
        own = {f"metric '{metric.name}'": metric.sha256 for metric in self.own_metrics}
        own |= {f"rule '{rule.name}' for '{rule.choice}'": rule.sha256 for rule in self.rules.given}
        return {name: checksum_of_data(content) for name, content in named.items()} | own


def load_study(name_or_path: str | Path) -> Study:
    """The study of a shipped experiment or a file, checked in full; raises :class:`GreatPowersError`."""
    path, where = locate("experiments", name_or_path)
    data = parse_toml(path, where)
    doctrines = _doctrine_files(data, where, path)
    experiment = read_experiment(_with_names(data, doctrines), where)
    chosen = experiment.policies or _compared_in(where, experiment, path)
    policies = [_named(where, "policies", load_policy, name, path) for name in chosen]
    complain(where, policy_faults(experiment, [policy.name for policy in policies]))
    loaded = [_scenario(where, name, path, doctrines) for name in experiment.scenarios]
    scenarios = [scenario for scenario, _ in loaded]
    complain(where, scenario_set_faults(experiment, scenarios, [raw.synthetic is not None for _, raw in loaded]))
    complain(where, (fault for _, raw in loaded for fault in _generation_faults(experiment, raw)))
    complain(where, (fault for expanded, raw in loaded for fault in _place_faults(experiment, expanded, raw)))
    held = tuple(with_doctrines(raw if raw.synthetic else expanded, experiment) for expanded, raw in loaded)
    posterior = _posterior(where, experiment, path)
    own, rules = _own_functions(where, experiment, path)
    text = content_of(path).decode("utf-8-sig")
    return Study(experiment, held, tuple(policies), text, posterior, own, doctrines, rules)


def _place_faults(experiment: Experiment, scenario: Scenario, raw: Scenario) -> Iterator[Fault]:
    """What is wrong with the places that an experiment names, in one scenario."""
    for name in repeated(experiment.places or ()):
        yield "", f"'places' names '{name}' more than once."
    if experiment.places and raw.synthetic is not None:
        yield "", f"'places' names theatres, and those of '{scenario.name}' are generated; leave it out."
        return
    index = scenario.theatre_index()
    for name in experiment.places or ():
        if name not in index:
            yield "", f"'places' names '{name}', and '{scenario.name}' has no such theatre. {suggestion(name, index)}"


def _doctrine_files(data: Mapping[str, Any], where: str, path: Path) -> dict[str, Doctrine]:
    """The doctrines that the experiment names by path, in [doctrines] or among the settings of generated worlds."""
    listed = [("doctrines", table.values()) for table in _tables(data.get("doctrines"))]
    settings = data.get("synthetic")
    if isinstance(settings, Mapping):
        listed += [("synthetic", settings[key]) for key in GENERATORS if isinstance(settings.get(key), list)]
    named = [(place, value) for place, values in listed for value in values if is_path(value)]
    return {value: doctrine_beside(value, where, place, path.parent) for place, value in named}


def _with_names(data: Mapping[str, Any], doctrines: Mapping[str, Doctrine]) -> dict[str, Any]:
    """The experiment's table with names in place of the paths of doctrines."""

    def plainly(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: plainly(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plainly(item) for item in value]
        return doctrines[value].name if isinstance(value, str) and value in doctrines else value

    return {key: plainly(value) if key in ("doctrines", "synthetic") else value for key, value in data.items()}


def _tables(value: Any) -> list[Mapping[str, Any]]:
    """The tables within a table; none if it is something else."""
    return [table for table in value.values() if isinstance(table, Mapping)] if isinstance(value, Mapping) else []


def _own_functions(where: str, experiment: Experiment, path: Path) -> tuple[tuple[OwnMetric, ...], Rules]:
    """The functions that the experiment names, imported."""
    key = "own_metrics"
    try:
        own = own_metrics(experiment.own_metrics or (), beside=path.parent)
        key = "rules"
        return own, own_rules(experiment.rules, beside=path.parent)
    except GreatPowersError as error:
        raise error.within(f"{where}, '{key}'") from error


def _posterior(where: str, experiment: Experiment, path: Path) -> Posterior | None:
    """What the experiment draws parameters from."""
    if experiment.parameters is None:
        return None
    try:
        name = named_posterior(experiment.parameters)
    except GreatPowersError as error:
        raise error.within(where) from None
    posterior: Posterior = _named(where, "parameters", load_posterior, name, path)
    count, asked = len(posterior.draws), experiment.sample
    if asked is not None and asked.size > count:
        text = f"posterior '{posterior.name}' has {count:,} draws; expected at most that many"
        complain(where, [("sample", f"'size' is {asked.size:,}, and {text}.")])
    return posterior


def _compared_in(where: str, experiment: Experiment, path: Path) -> Sequence[str]:
    """The policies that all scenarios of the experiment compare unless asked otherwise; the presets if they differ."""
    selections = {tuple(compared(_scenario(where, name, path)[0])) for name in experiment.scenarios}
    return selections.pop() if len(selections) == 1 else presets()


def study_from(text: str, configuration: Mapping[str, Any]) -> Study:
    """The study of an experiment that was run, from its file and the configuration its manifest holds."""
    try:
        doctrines = {path: Doctrine.model_validate(data) for path, data in configuration.get("doctrines", {}).items()}
        experiment = read_experiment(_with_names(tomllib.loads(text), doctrines), "experiment.toml")
        scenarios = tuple(Scenario.model_validate(data) for data in configuration["scenarios"])
        policies = tuple(PolicyPreset.model_validate(data) for data in configuration["policies"])
        posterior_data = configuration.get("posterior")
        posterior = None if posterior_data is None else Posterior.model_validate(posterior_data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # no TOML and no model are ValueErrors
        raise GreatPowersError(f"the configuration in the manifest cannot be read ({type(error).__name__}).") from None
    if not scenarios or not policies:
        raise GreatPowersError("the configuration in the manifest has no scenario or no policy; it is damaged.")
    return Study(experiment, scenarios, policies, text, posterior, doctrines=doctrines)


def read_experiment(data: Mapping[str, Any], where: str = "experiment") -> Experiment:
    """An experiment from a table as TOML gives it, checked by itself; raises :class:`GreatPowersError`."""
    table = dict(data)
    uncertain = table.get("uncertainties")
    if isinstance(uncertain, Mapping) and "sample" in uncertain:  # written beside the ranges it samples
        if "sample" in table:
            complain(where, [("uncertainties", "'sample' is given here and outside as well; leave one out.")])
        table["sample"] = uncertain["sample"]
        table["uncertainties"] = {key: value for key, value in uncertain.items() if key != "sample"}
    experiment = read_as(Experiment, table, where, "experiment")
    complain(where, experiment_faults(experiment))
    return experiment


def check_size(where: str, runs: int, sizes: Iterable[tuple[str, int]]) -> None:
    """Raise :class:`GreatPowersError` if there are more runs than anybody can wait for."""
    if runs > MOST_RUNS:
        parts = " x ".join(f"{size:,} {what}" for what, size in sizes if size > 1)
        total = f"{runs:,}" if runs < 10**15 else f"about 10^{int(math.log10(runs))}"
        raise GreatPowersError(f"{where}: this makes {total} runs ({parts}); expected at most {MOST_RUNS:,}.")


def _named(where: str, kind: str, load: Any, name: str, path: Path) -> Any:
    """What `name` stands for: a file beside the experiment, a shipped name, or a path."""
    try:
        return load(_beside(name, path))
    except GreatPowersError as error:
        raise error.within(f"{where}, '{kind}'") from None


def _beside(name: str, path: Path) -> str | Path:
    """Paths are relative to the experiment's file; a shipped name is one wherever the file lies."""
    own = path.parent / path_of(name)
    return own if (Path(name).name != name or name.endswith(".toml")) and own.is_file() else name


def _scenario(
    where: str, name: str, path: Path, doctrines: Mapping[str, Doctrine] | None = None
) -> tuple[Scenario, Scenario]:
    """The scenario as it is played, and as it is written: with the settings of a generated world.

    Both have the `doctrines` that the experiment brings.
    """
    scenario: Scenario = _named(where, "scenarios", load_scenario, name, path)
    place, called = locate("scenarios", _beside(name, path))
    data = with_doctrine_files(parse_toml(place, called), called, place.parent)
    raw = Scenario.model_validate(data) if "synthetic" in data else scenario
    own = {doctrine.name: doctrine for doctrine in scenario.doctrines}
    for file, doctrine in (doctrines or {}).items():
        if own.setdefault(doctrine.name, doctrine) != doctrine:
            text = f"the doctrine in '{file}' has the name of another one, '{doctrine.name}', in scenario "
            complain(where, [("", f"{text}'{scenario.name}' or in this file; give each a name of its own.")])
    held = {"doctrines": tuple(own.values())}
    return scenario.model_copy(update=held), raw.model_copy(update=held)


def _generation_faults(experiment: Experiment, raw: Scenario) -> Iterator[tuple[str, str]]:
    for key in GENERATORS:
        for value in experiment.synthetic.get(key, ()):
            yield from expansion_faults(varied(raw, {key: value}))


def varied(raw: Scenario, cell: Mapping[str, Any]) -> Scenario:
    """A generated scenario with other settings, not yet generated."""
    settings = raw.synthetic or SyntheticSettings()
    return raw.model_copy(update={"synthetic": settings.model_copy(update=dict(cell))})


def with_doctrines(scenario: Scenario, experiment: Experiment) -> Scenario:
    """The scenario with every doctrine it may come to need spelled out."""
    needed = [state.doctrine for state in scenario.states]
    needed += [doctrine for assignment in experiment.doctrines.values() for doctrine in assignment.values()]
    if scenario.synthetic is not None:
        for key in GENERATORS:
            needed += [getattr(scenario.synthetic, key), *experiment.synthetic.get(key, ())]
    own = {doctrine.name: doctrine for doctrine in scenario.doctrines}
    for name in dict.fromkeys(needed):
        if name not in own:
            own[name] = load_doctrine(name)
    return scenario.model_copy(update={"doctrines": tuple(own.values())})
