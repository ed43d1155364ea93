"""The public names of the package, for type checkers and for the lazy imports of ``__init__.py``."""

from .core.parameters import Parameters as Parameters
from .dictionary import Described as Described, describe as describe
from .experiments.load import Study as Study, load_study as load_study
from .experiments.plan import Plan as Plan
from .experiments.results import Results as Results, open_results as open_results
from .experiments.run import Finished as Finished, rerun as rerun, run_batch as run_batch
from .hindcast.forecast_scoring import hindsight as hindsight
from .historical.build_world import build_scenario as build_scenario, scenario_text as scenario_text
from .historical.published.records import Records as Records
from .mesa.model import GreatPowersModel as GreatPowersModel
from .narrative.chronicle import Chronicle as Chronicle, Entry as Entry, chronicle as chronicle
from .narrative.divergence import Divergence as Divergence, divergence as divergence
from .narrative.explanation import Explanation as Explanation, explain as explain
from .presentation.figures import draw_figures as draw_figures, figures_of as figures_of
from .scenario.errors import GreatPowersError as GreatPowersError, GreatPowersWarning as GreatPowersWarning
from .scenario.library import names as names
from .scenario.load import (
    load_doctrine as load_doctrine,
    load_policy as load_policy,
    load_scenario as load_scenario,
    presets as presets,
    synthetic as synthetic,
)
from .scenario.posterior import Posterior as Posterior, load_posterior as load_posterior
from .scenario.schema import Doctrine as Doctrine, PolicyPreset as PolicyPreset, Scenario as Scenario
from .server.published import explore as explore
from .simulation.comparison import Comparison as Comparison, compare as compare
from .simulation.drawing import (
    cost_against_escalation as cost_against_escalation,
    escalation_over_time as escalation_over_time,
    key_metrics as key_metrics,
    ladder as ladder,
    order_over_time as order_over_time,
    outcome_distribution as outcome_distribution,
)
from .simulation.ensemble import Ensemble as Ensemble, ensemble as ensemble
from .simulation.fork import Fork as Fork, fork as fork, fork_beliefs as fork_beliefs
from .simulation.fork_figures import divergence_figure as divergence_figure
from .simulation.history import History as History, load_history as load_history
from .simulation.misperception import (
    MisperceivedWars as MisperceivedWars,
    misperceived_wars as misperceived_wars,
    wars_by_misperception as wars_by_misperception,
    wars_in_question as wars_in_question,
)
from .simulation.run import simulate as simulate
from .simulation.summary import HEADLINES as HEADLINES, SUMMARY_COLUMNS as SUMMARY_COLUMNS
from .studies.brief import Brief as Brief, brief as brief
from .studies.deals import Deals as Deals, deals as deals
from .studies.discovery import discover as discover
from .studies.policy_search import search_policies as search_policies
from .studies.search_settings import SearchSettings as SearchSettings

__version__: str
