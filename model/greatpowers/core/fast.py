"""Many choices by logit at once, most of them without an exponential: no answer differs from the exact one."""

from greatpowers.core.declare import Floats
from greatpowers.core.equations.choice import logit
from greatpowers.core.kernel import kernel

# Neither yes (1) nor no (0), as a float.
UNSURE = -1.0


@kernel
def approximate_odds(a: float) -> float:
    """Nearly exp(a), a >= 0, by products alone: never above it, and up to a = 8 not a thousandth below."""
    x = min(a, 64.0) / 64.0
    odds = 1.0 + x * (1.0 + x * (0.5 + x * 0.1666))
    for _ in range(6):  # to the power of 64
        odds *= odds
    return odds


@kernel
def answer_by(odds: float, draw: float, advantage: float) -> float:
    """Whether draw < logit, 1 or 0, from approximate odds against the less likely answer; UNSURE if they leave it open.

    It spares most states an exponential, and changes no answer: the margins are far wider than the error of the odds
    and of rounding.
    """
    scaled = (draw if advantage < 0.0 else 1.0 - draw) * (1.0 + odds)
    sure = ((scaled > 1.001) & (odds < 1e9)) | ((scaled < 0.998) & (odds < 2000.0))
    joins = 1.0 if (scaled > 1.0) == (advantage >= 0.0) else 0.0
    return joins if sure else UNSURE


@kernel
def answer_all(advantages: Floats, draws: Floats, noise: float, answers: Floats) -> None:
    """Answer for every state at once; a kernel of its own, for only so does it become vector instructions."""
    for g in range(answers.size):
        answers[g] = answer_by(approximate_odds(abs(advantages[g] / noise)), draws[g], advantages[g])


@kernel
def exact_answer(answer: float, draw: float, advantage: float, noise: float) -> float:
    """The answer, worked out where it was left open."""
    if answer != UNSURE:
        return answer
    return 1.0 if draw < logit(advantage, noise) else 0.0


@kernel
def take_part(answers: Floats, members: Floats, joined: Floats) -> float:
    """Put the answers of members in place of who took part so far, `joined` [N]; returns how many newly do.

    Without a branch, for only so does it become vector instructions.
    """
    newly = 0
    for g in range(joined.size):
        newly += int((answers[g] > 0.0) & (members[g] > 0.0) & (joined[g] == 0.0))
    for g in range(joined.size):
        answer = answers[g]
        joined[g] = answer if members[g] > 0.0 else 0.0
    return 1.0 * newly
