"""The arguments of the commands that ask what if, what matters, where it fails, and what would be better."""

import argparse

from greatpowers.cli.arguments import LARGEST_SEED, MOST_ROUNDS, listed, round_reader, whole_number


def _count(parser: argparse.ArgumentParser, option: str, most: int, text: str, default: int | None = None) -> None:
    parser.add_argument(option, metavar="N", default=default, type=whole_number(option, 1, most), help=text)


def _workers(parser: argparse.ArgumentParser) -> None:
    _count(
        parser, "--workers", 1024, "histories to play at a time; one per core if not given. Results do not depend on it"
    )


def _no_figures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-figures", action="store_true", help="write tables and text only")


def fork_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers fork``."""
    parser.add_argument(
        "target",
        metavar="RUN_DIR|SCENARIO",
        help="what 'greatpowers run ... --out RUN_DIR' wrote, or a scenario to play first",
    )
    parser.add_argument(
        "--at",
        metavar="ROUND",
        required=True,
        type=round_reader("--at"),
        help="first round that may differ, counted from 0, or its quarter such as 2019Q1",
    )
    parser.add_argument("--policy", metavar="P", help="policy from that round on, a shipped name or a path")
    parser.add_argument(
        "--true-beliefs", action="store_true", help="instead, beliefs about resolve and force equal to the truth"
    )
    parser.add_argument(
        "--original", metavar="P", help="of a scenario: the policy it is played under first; laissez-faire if not given"
    )
    parser.add_argument(
        "--seed", metavar="S", type=whole_number("--seed", 0, LARGEST_SEED), help="of a scenario: which luck; 0 if none"
    )
    _count(parser, "--rounds", MOST_ROUNDS, "of a scenario: rounds to play; the scenario's own number if not given")
    parser.add_argument(
        "--out", metavar="DIR", help="directory to write both histories to; nothing is written if not given"
    )
    _no_figures(parser)


def sensitivity_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers sensitivity``."""
    parser.add_argument(
        "target",
        metavar="FILE|SCENARIO",
        help="a scenario, every parameter of which is varied from half to twice; or an experiment that says which",
    )
    parser.add_argument(
        "--method",
        metavar="M",
        default="sobol",
        help="sobol (shares of variance), morris (screening) or delta; sobol if not given",
    )
    parser.add_argument("--metric", metavar="M", default="mean_severity", help="outcome; mean_severity if not given")
    parser.add_argument("--policy", metavar="P", default="containment", help="policy played; containment if not given")
    parser.add_argument("--against", metavar="P", help="ask of the difference from this policy, on matched luck")
    _count(
        parser,
        "--samples",
        10_000_000,
        "base points of Sobol's design (a power of two; 64 if not given), trajectories of Morris's (20), "
        "points for delta (1000)",
    )
    _count(parser, "--replicates", 1_000_000, "matched seeds a point; 8 if not given")
    _count(parser, "--rounds", MOST_ROUNDS, "rounds of a history; the scenario's own number if not given")
    parser.add_argument(
        "--parameters",
        metavar="A,B,...",
        type=listed("--parameters"),
        help="vary only these, each from half to twice its default",
    )
    parser.add_argument(
        "--seed",
        metavar="S",
        default=1,
        type=whole_number("--seed", 0, LARGEST_SEED),
        help="of the sample; 1 if not given",
    )
    parser.add_argument(
        "--out", metavar="DIR", help="begun or gone on with; ./greatpowers-results/sensitivity-... if not given"
    )
    _workers(parser)
    _no_figures(parser)


def discover_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers discover``."""
    parser.add_argument("directory", metavar="RESULTS_DIR", help="what 'greatpowers batch' wrote, with many points")
    parser.add_argument("--loser", metavar="P", required=True, help="policy that does worse in the worlds looked for")
    parser.add_argument("--winner", metavar="P", required=True, help="policy it is held against")
    parser.add_argument("--metric", metavar="M", default="mean_severity", help="by which; mean_severity if not given")
    parser.add_argument(
        "--method", metavar="M", default="prim", help="prim (a box) or cart (a tree); prim if not given"
    )
    parser.add_argument("--out", metavar="DIR", help="directory to write to; one within RESULTS_DIR if not given")
    _no_figures(parser)


def search_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``greatpowers search``."""
    parser.add_argument("scenario", metavar="SCENARIO", help="a shipped scenario or the path of a TOML file")
    _count(parser, "--generations", 100_000, "generations; 40 if not given. More may be asked for later", 40)
    _count(parser, "--population", 100_000, "policies in a generation; 40 if not given", 40)
    _count(parser, "--worlds", 1_000_000, "uncertain worlds that judge a policy; 16 if not given", 16)
    _count(parser, "--seeds", 1_000_000, "matched seeds in each world; 4 if not given", 4)
    _count(parser, "--rounds", MOST_ROUNDS, "rounds of a history; the scenario's own number if not given")
    parser.add_argument(
        "--robust",
        metavar="RULE",
        default="worst-decile",
        help="how worlds are summed up: mean, worst-decile, or regret (90th percentile); worst-decile if not given",
    )
    parser.add_argument(
        "--objectives",
        metavar="A,B,...",
        type=listed("--objectives"),
        help="metrics; mean_severity,order,sender_cost,great_power_war if not given",
    )
    parser.add_argument(
        "--levers", metavar="A,B,...", type=listed("--levers"), help="levers that are moved; thirteen if not given"
    )
    parser.add_argument(
        "--base", metavar="P", default="half-a-loaf", help="policy that is varied: it sets the levers not moved"
    )
    parser.add_argument(
        "--seed",
        metavar="S",
        default=0,
        type=whole_number("--seed", 0, LARGEST_SEED),
        help="of the search; 0 if not given",
    )
    parser.add_argument(
        "--out", metavar="DIR", help="begun or gone on with; ./greatpowers-results/search-SCENARIO if not given"
    )
    _workers(parser)
    _no_figures(parser)
