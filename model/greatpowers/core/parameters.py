"""Every parameter of the model, declared once: default, range, unit, meaning and source.

Defaults are per round (a quarter of a year) unless the unit says otherwise. The range is what is admissible;
uncertainty analysis explores half to twice the default, clipped to it.
"""

from typing import Annotated, NamedTuple, cast

import numpy as np

from greatpowers.core.declare import Field, dtype_of

SHARE = "share in [0, 1]"
PROBABILITY = "probability per round"
EVENT = "probability"
POWER = "share of own power"
RATE = "per round"
NUMBER = "dimensionless"


class Parameters(NamedTuple):
    """The parameters of one run; every field is a float so that a set is one flat vector."""

    # Leadership
    election_turn: Annotated[
        float,
        Field(
            "chance that an election turns the leadership's resolve",
            EVENT,
            source="assumed: an election changes leader and line about as often as not",
        ),
    ] = 0.40055
    irregular_turn: Annotated[
        float,
        Field("chance between elections that the leadership turns", PROBABILITY, source="Goemans et al. 2009"),
    ] = 0.00335992
    burden_turn: Annotated[
        float,
        Field(
            "how much an excess of burden share over power share raises the chance of turning reluctant",
            NUMBER,
            high=10,
            source="Olson & Zeckhauser 1966",
        ),
    ] = 2.0
    jolt: Annotated[
        float,
        Field(
            "chance that a gross violation turns a reluctant leadership committed", PROBABILITY, source="Jervis 1976"
        ),
    ] = 0.102292
    bluff: Annotated[float, Field("chance that a reluctant leadership talks tough", EVENT, source="Sartori 2002")] = 0.5
    talk: Annotated[float, Field("pseudo-count of a round of talk in a belief", RATE, high=1, source="Fearon 1997")] = (
        0.015
    )
    # Belief
    prior_credibility: Annotated[
        float, Field("credibility before any deed is seen", SHARE, source="assumed: even odds, as nothing is known")
    ] = 0.5
    prior_weight: Annotated[
        float,
        Field(
            "pseudo-counts behind the prior",
            "pseudo-counts",
            low=0.1,
            high=100,
            source="assumed: little, so that a few grave breaches outweigh it",
        ),
    ] = 2.0
    belief_gain: Annotated[
        float,
        Field(
            "pseudo-count of one answered or unanswered breach of severity 1",
            RATE,
            high=10,
            source="assumed: two years of the gravest breach weigh as much as the prior",
        ),
    ] = 0.25
    belief_memory: Annotated[
        float, Field("share of past evidence kept each round", SHARE, source="Weisiger & Yarhi-Milo 2015")
    ] = 0.97
    observation: Annotated[
        float,
        Field("weight of deeds seen in other powers' theatres", SHARE, source="Crescenzi 2007"),
    ] = 0.5
    current_calculus: Annotated[
        float,
        Field("weight of guardians' present interests and means against past actions", SHARE, source="Press 2005"),
    ] = 0.22
    intelligence_error: Annotated[
        float,
        Field("s.d. of the log error in estimates of capability", "log points", high=2, source="Fearon 1995"),
    ] = 0.25
    # The past of pairs
    hostility_crisis: Annotated[
        float,
        Field(
            "share of the room left that a new crisis adds to a pair's hostility", SHARE, source="Goertz & Diehl 1993"
        ),
    ] = 0.25
    hostility_war: Annotated[
        float,
        Field("share of the room left that a new war adds to a pair's hostility", SHARE, source="Diehl & Goertz 2000"),
    ] = 0.25
    hostility_memory: Annotated[
        float,
        Field(
            "share of hostility that lasts another round: ten years' memory", SHARE, source="Beck, Katz & Tucker 1998"
        ),
    ] = 0.975
    reconciliation: Annotated[
        float,
        Field(
            "share of hostility that a settlement, or a year of a deal kept, takes away",
            SHARE,
            source="Werner & Yuen 2005",
        ),
    ] = 0.495
    # Attention
    attention: Annotated[
        float,
        Field(
            "prior odds that a challenger goes up where a place of salience .1 is looked at without cause",
            NUMBER,
            high=100,
            source="Matejka & McKay 2015",
        ),
    ] = 0.866
    attention_salience: Annotated[
        float,
        Field("exponent of salience in attention", NUMBER, high=5, source="Diehl 1992; Hensel 2001"),
    ] = 0.461
    attention_hostility: Annotated[
        float,
        Field("log odds that full hostility adds to attention", "log odds", high=20, source="Goertz & Diehl 1993"),
    ] = 2.485
    attention_spill: Annotated[
        float,
        Field("log odds that full hostility towards others adds", "log odds", high=20, source="Diehl & Goertz 2000"),
    ] = 0.1
    attention_parity: Annotated[
        float,
        Field(
            "exponent of the host's power relative to the challenger's in attention",
            NUMBER,
            high=5,
            source="Bremer 1992",
        ),
    ] = 0.005
    attention_cover: Annotated[
        float,
        Field("share of attention that a full treaty with a great power takes away", SHARE, source="Leeds 2003"),
    ] = 0.12
    information_cost: Annotated[
        float,
        Field(
            "scale of the choice below provocation: what weighing it up costs",
            POWER,
            low=1e-4,
            source="Matejka & McKay 2015",
        ),
    ] = 0.02
    probe_fear: Annotated[
        float,
        Field("weight of the risk of war in steps up to provocation", SHARE, source="George & Smoke 1974"),
    ] = 0.012
    # Choice
    horizon: Annotated[
        float,
        Field(
            "rounds over which gains and sanctions are valued",
            "rounds",
            high=100,
            source="assumed: leaders look some years ahead; fitted",
        ),
    ] = 36.6429
    intangible: Annotated[
        float,
        Field(
            "how far a prize is felt on the challenger's own scale rather than the host's size",
            SHARE,
            source="Hensel 2001; Fearon 1995",
        ),
    ] = 0.567857
    extraction: Annotated[
        float, Field("share of a prize that control turns into own power", SHARE, source="Liberman 1996")
    ] = 0.6
    influence: Annotated[
        float,
        Field(
            "what a stance brings where there is no land to win, as a multiple of what the rung could hold of land",
            NUMBER,
            high=10,
            source="Blechman & Kaplan 1978; assumed: as much as land that is held for as long",
        ),
    ] = 1.0
    distance_decay: Annotated[
        float,
        Field("distance over which projected force falls to 1/e", "km", low=100, high=40000, source="Boulding 1962"),
    ] = 4000.0
    basing: Annotated[
        float,
        Field("share of home strength that a full forward base gives", SHARE, source="Harkavy 1989"),
    ] = 0.5
    contest_exponent: Annotated[
        float,
        Field("decisiveness of relative force", NUMBER, low=0.05, high=5, source="Tullock 1980; Hirshleifer 1989"),
    ] = 0.765
    mobilisation: Annotated[
        float,
        Field(
            "exponent of the host's mobilisation in the challenger's commitment",
            NUMBER,
            low=0.05,
            high=1,
            source="assumed: a host answers more than in proportion; fitted",
        ),
    ] = 0.904306
    operations: Annotated[
        float,
        Field(
            "cost of committing the whole force for a round",
            POWER,
            source="assumed: force has to be kept up wherever it stands; fitted",
        ),
    ] = 0.0018
    choice_noise: Annotated[
        float,
        Field(
            "scale of the logit choice, in utility",
            POWER,
            low=1e-4,
            source="McKelvey & Palfrey 1995; Signorino 1999",
        ),
    ] = 0.0088
    inertia: Annotated[
        float,
        Field(
            "cost of changing rung by one", POWER, source="assumed: a change of course costs something at home; fitted"
        ),
    ] = 0.016
    audience_cost: Annotated[
        float,
        Field(
            "what a leader loses at home by backing down, unasked and without a bargain, from a rung of severity 1",
            POWER,
            source="Fearon 1994; Tomz 2007; fitted",
        ),
    ] = 0.0815
    exposure: Annotated[
        float,
        Field(
            "rounds over which the risk of war in a crisis is counted",
            "rounds",
            high=100,
            source="assumed: a crisis is over within a few years; fitted",
        ),
    ] = 6.1
    confrontation: Annotated[
        float,
        Field(
            "cost of a militarized dispute to whoever keeps one up: trade, alert, attention",
            POWER,
            source="Polachek 1980",
        ),
    ] = 0.06
    remoteness: Annotated[
        float, Field("added cost of a dispute where none of one's force arrives", POWER, source="Boulding 1962")
    ] = 0.000998916
    shelter: Annotated[
        float,
        Field(
            "share of the cost of a dispute that a full order takes away: rules keep it small",
            SHARE,
            source="Snyder 1965; Jervis 1982",
        ),
    ] = 0.545
    norm_cost: Annotated[
        float,
        Field(
            "cost of a breach of severity 1 to a state that lives for the order",
            POWER,
            high=10,
            source="assumed: high enough that those who live for the order hardly breach it",
        ),
    ] = 3.95
    norm_convexity: Annotated[
        float,
        Field(
            "exponent of severity in how gravely norms weigh a breach",
            NUMBER,
            low=0.1,
            high=10,
            source="assumed: small breaches are overlooked, grave ones are not",
        ),
    ] = 2.75
    fellowship: Annotated[
        float, Field("share of a prize that a full alliance with its owner takes away", SHARE, source="Leeds 2003")
    ] = 0.05
    war_loss: Annotated[
        float,
        Field(
            "loss expected in a lost war",
            POWER,
            source="assumed: defeat costs about a sixteenth of one's power",
        ),
    ] = 0.0618
    nuclear_dread: Annotated[
        float, Field("added weight of war against second-strike forces", NUMBER, high=100, source="Jervis 1989")
    ] = 3.0
    victory_price: Annotated[
        float, Field("loss in any war, won or lost", POWER, source="Fearon 1995; Slantchev 2012")
    ] = 0.004
    war_noise: Annotated[
        float, Field("scale of the logit choice between war and peace", POWER, low=1e-4, source="Signorino 1999")
    ] = 0.074
    survival: Annotated[
        float,
        Field(
            "worth of the regime's own survival, at stake against an overwhelming enemy",
            POWER,
            high=10,
            source="Debs & Goemans 2010",
        ),
    ] = 5.4
    # Response
    homeland: Annotated[
        float,
        Field(
            "worth of its own integrity to a host",
            POWER,
            high=10,
            source="Walter 2003; assumed: most of a state's power is worth its integrity",
        ),
    ] = 0.58
    restraint: Annotated[
        float,
        Field(
            "cost of answering fire with war to a host that lives for the order",
            POWER,
            source="Hathaway & Shapiro 2017",
        ),
    ] = 0.986
    answer_point: Annotated[
        float,
        Field(
            "challenger's contest share at which a host is as likely as not to answer fire",
            SHARE,
            source="assumed: hosts answer unless plainly outmatched; fitted",
        ),
    ] = 0.505
    answer_noise: Annotated[
        float,
        Field(
            "scale of the host's choice to answer fire",
            SHARE,
            low=0.001,
            source="assumed: odds matter and do not decide; fitted",
        ),
    ] = 0.33
    busting: Annotated[
        float, Field("share of sanctions' effect that non-participants' trade can undo", SHARE, source="Early 2015")
    ] = 0.755526
    sanction_bite: Annotated[
        float,
        Field(
            "target's output lost per round under full, universal sanctions, at openness 1",
            SHARE,
            source="Neuenkirch & Neumeier 2015",
        ),
    ] = 0.234
    sender_bite: Annotated[
        float, Field("sender's output lost per round per unit of exposed trade cut", SHARE, source="Crozet & Hinz 2020")
    ] = 0.0793377
    sanctions_rise: Annotated[
        float,
        Field(
            "share of the gap closed per round when rising",
            RATE,
            source="assumed: decided on within a quarter or two; fitted",
        ),
    ] = 0.252
    sanctions_fall: Annotated[
        float,
        Field(
            "share of the gap closed per round when falling", RATE, source="assumed: laws outlive their cause; fitted"
        ),
    ] = 0.0297331
    join_noise: Annotated[
        float,
        Field(
            "scale of the logit choice to join",
            SHARE,
            low=0.001,
            source="assumed: stakes decide more than chance; fitted",
        ),
    ] = 0.0658213
    trade_at_stake: Annotated[
        float, Field("weight of own trade with the challenger against joining", NUMBER, high=100, source="Drezner 2000")
    ] = 3.75
    habit: Annotated[float, Field("pull to go on with sanctions once begun", SHARE, source="Dorussen & Mo 2001")] = 0.1
    appeal_pull: Annotated[
        float,
        Field(
            "pull of the host's appeal on guardians",
            SHARE,
            source="assumed: being asked counts less than one's own stake",
        ),
    ] = 0.1
    yield_point: Annotated[
        float, Field("cost of giving in to threats: the leader's audience at home", POWER, source="Fearon 1994")
    ] = 0.0684
    yield_noise: Annotated[
        float,
        Field(
            "scale of the host's choice",
            POWER,
            low=0.001,
            source="assumed: whoever is threatened errs more than who chose the time; fitted",
        ),
    ] = 0.0517282
    demand: Annotated[
        float,
        Field(
            "how seldom a step of little severity comes with a demand that the host could meet",
            NUMBER,
            high=5,
            source="Sechser 2011; assumed: as rare as the step is slight",
        ),
    ] = 0.82
    yield_transfer: Annotated[
        float,
        Field(
            "share of what is left that a yielding host hands over, at severity 1",
            SHARE,
            source="assumed: a part, by the gravity of the threat; fitted",
        ),
    ] = 0.21314
    deployment: Annotated[
        float,
        Field(
            "share of the gap in presence and aid closed per round",
            RATE,
            source="assumed: half of a force arrives within a quarter",
        ),
    ] = 0.5
    nuclear_fear: Annotated[
        float, Field("share of presence withheld for fear of a nuclear challenger", SHARE, source="Snyder 1965")
    ] = 0.327
    balancing: Annotated[
        float,
        Field("how readily a power-maximizer spends to deny a rival the prize", NUMBER, high=10, source="Waltz 1979"),
    ] = 0.2
    aid_effect: Annotated[
        float,
        Field("added host force per unit of aid", NUMBER, high=10, source="assumed: full aid doubles a host's force"),
    ] = 1.0
    presence_cost: Annotated[
        float,
        Field(
            "output spent per round on deploying the whole force",
            SHARE,
            source="assumed: the whole force abroad costs 4 % of output a year",
        ),
    ] = 0.01
    strike_effect: Annotated[
        float,
        Field(
            "share of unrecognised control that a strike undoes",
            SHARE,
            source="assumed: a strike undoes little by itself",
        ),
    ] = 0.1
    retaking: Annotated[
        float,
        Field(
            "share of unrecognised control beyond what the rung can hold that is retaken",
            RATE,
            high=1,
            source="assumed: half of it in five and a half years",
        ),
    ] = 0.0316934
    # Fighting
    clash: Annotated[
        float,
        Field(
            "hazard of an exchange of fire at severity 1 between forces in contact",
            RATE,
            high=1000,
            source="Schelling 1966",
        ),
    ] = 43.5
    clash_war: Annotated[
        float,
        Field(
            "chance that an exchange of fire at severity 1 puts peace or war before the leaders",
            EVENT,
            source="assumed: most exchanges of fire reach the leaders; fitted",
        ),
    ] = 0.99
    war_gravity: Annotated[
        float,
        Field(
            "exponent of severity in that chance: 0 makes every exchange of fire as grave",
            NUMBER,
            high=10,
            source="Leng 1983; Vasquez 1993",
        ),
    ] = 0.5
    initiative: Annotated[
        float,
        Field(
            "advantage of attacking first: factor on the challenger's force in war",
            NUMBER,
            low=0.1,
            high=10,
            source="Reiter & Stam 2002",
        ),
    ] = 6.41
    casus_foederis: Annotated[
        float,
        Field(
            "chance that a treaty to defend covers an attack on the ally",
            EVENT,
            source="assumed: most do; fitted to the alliances that were honoured (Berkemeier & Fuhrmann 2018)",
        ),
    ] = 0.745
    casus_offence: Annotated[
        float,
        Field("chance that a treaty covers a war which the ally itself brings about", EVENT, source="Leeds 2003"),
    ] = 0.05
    reliability_prior: Annotated[
        float,
        Field(
            "belief that a state stands by its treaties, before any case", SHARE, source="Leeds, Long & Mitchell 2000"
        ),
    ] = 0.6
    reliability_gain: Annotated[
        float,
        Field(
            "share of the gap in that belief closed by one case",
            SHARE,
            source="Crescenzi, Kathman, Kleinberg & Wood 2012",
        ),
    ] = 0.2
    war_joining: Annotated[
        float,
        Field("chance per round of joining a war at overwhelming stake", PROBABILITY, source="Siverson & Starr 1991"),
    ] = 0.895
    policing: Annotated[
        float, Field("weight of the order in a stake in somebody else's war", SHARE, source="Claude 1962")
    ] = 0.005
    war_join_cost: Annotated[
        float,
        Field(
            "stake at which joining and staying out are equally good", SHARE, source="assumed: a middling stake; fitted"
        ),
    ] = 0.2445
    general_war: Annotated[
        float,
        Field(
            "chance per round that a great power carries a war among great powers to a place that matters all to it",
            PROBABILITY,
            source="Vasquez 2018; Siverson & Starr 1991; assumed: it is certain",
        ),
    ] = 1.0
    war_growth: Annotated[
        float, Field("mean growth rate of war intensity", RATE, high=5, source="Clauset 2018; Reed & Hughes 2002")
    ] = 0.45
    war_stop: Annotated[float, Field("chance that a war ends", PROBABILITY, source="Bennett & Stam 1996")] = 0.46
    war_clarity: Annotated[
        float,
        Field("added chance of ending where one side is certain to win", NUMBER, high=10, source="Bennett & Stam 1996"),
    ] = 1.0
    war_hardening: Annotated[
        float,
        Field(
            "how much later a war ends for each e-fold that it has grown: rising aims",
            NUMBER,
            high=10,
            source="Goemans 2000; assumed: fitted to the durations of interstate wars (COW 4.0)",
        ),
    ] = 1.9
    attrition: Annotated[
        float,
        Field("share of the force engaged that an outmatched side loses per round", SHARE, source="Lanchester 1916"),
    ] = 0.105
    war_effort: Annotated[
        float,
        Field(
            "share of its force that a great power engages as a war begins",
            SHARE,
            low=0.001,
            source="assumed: a thirtieth, as most wars of great powers stay limited",
        ),
    ] = 0.034
    totality: Annotated[
        float,
        Field(
            "how much more of its force a small state engages: exponent of a great power's force over its own",
            NUMBER,
            high=1,
            source="Mack 1975; assumed: fitted to the battle deaths of interstate wars (COW 4.0)",
        ),
    ] = 0.6
    superiority: Annotated[
        float,
        Field(
            "most that a side engages, as a multiple of the other's force",
            NUMBER,
            low=0.1,
            high=100,
            source="assumed: three to one, the attacker's rule of thumb",
        ),
    ] = 3.0
    stalemate: Annotated[float, Field("chance that a war ends with no winner", EVENT, source="COW 4.0")] = 0.184317
    spoils: Annotated[
        float,
        Field(
            "share of what is left that a victor certain to win takes; others by their odds",
            SHARE,
            source="assumed: a certain victor takes most, and needs no more",
        ),
    ] = 0.8
    deaths_scale: Annotated[
        float,
        Field(
            "battle deaths if the whole world's force were lost",
            "thousands",
            high=1e6,
            source="assumed: fitted to the battle deaths of interstate wars (COW 4.0)",
        ),
    ] = 14500.0
    devastation: Annotated[
        float,
        Field(
            "share of output and force a nuclear exchange destroys on both sides",
            SHARE,
            source="assumed: a half, for want of any case",
        ),
    ] = 0.5
    nuclear_hazard: Annotated[
        float,
        Field(
            "chance per round of nuclear use in war between full second-strike forces",
            PROBABILITY,
            source="assumed: small, for want of any case",
        ),
    ] = 0.004
    # Settlement
    bargaining: Annotated[
        float,
        Field("chance that the parties to a crisis sit down to settle it", PROBABILITY, source="Powell 1999"),
    ] = 0.385
    proposal: Annotated[
        float,
        Field(
            "chance that a deal on offer is proposed where it hurts",
            PROBABILITY,
            source="assumed: diplomacy is tried within a year or two",
        ),
    ] = 0.15
    detection: Annotated[
        float,
        Field(
            "chance that full monitoring catches cheating",
            PROBABILITY,
            source="assumed: good monitors miss one case in five",
        ),
    ] = 0.8
    trust_prior: Annotated[
        float, Field("trust that promised relief will be paid", SHARE, source="assumed: even odds, as nothing is known")
    ] = 0.5
    trust_gain: Annotated[
        float,
        Field("share of the gap in trust closed by one tranche paid", SHARE, source="assumed: trust grows slowly"),
    ] = 0.05
    trust_loss: Annotated[
        float,
        Field("share of trust lost when guardians renege", SHARE, source="assumed: trust is lost sooner than won"),
    ] = 0.5
    renege: Annotated[
        float, Field("chance that a turn in leadership breaks a deal", EVENT, source="Leeds & Savun 2007")
    ] = 0.2
    concession: Annotated[
        float,
        Field(
            "order lost per unit of control recognised, weighted by power",
            SHARE,
            source="assumed: recognising all that a greatest power wants costs a third of it",
        ),
    ] = 0.3
    demonstration: Annotated[
        float,
        Field(
            "pseudo-count by which recognised gains discredit the coalition elsewhere",
            RATE,
            high=10,
            source="assumed: as much as half a year of the gravest breach unanswered",
        ),
    ] = 0.5
    deal_noise: Annotated[
        float,
        Field(
            "scale of the choice to accept a deal",
            POWER,
            low=1e-4,
            source="assumed: about as close as other choices of a challenger",
        ),
    ] = 0.0189736
    hurting: Annotated[float, Field("pain above which a deal is sought", SHARE, source="Zartman 1985")] = 0.1
    ceasefire_failure: Annotated[
        float, Field("hazard that a bare cease-fire fails", PROBABILITY, source="Fortna 2008")
    ] = 0.03
    peacekeeping: Annotated[
        float, Field("share of that hazard that full peacekeeping removes", SHARE, source="Fortna 2008")
    ] = 0.7
    spoilers_up: Annotated[
        float, Field("growth of spoilers under atrocity and weak control", RATE, high=1, source="Stedman 1997")
    ] = 0.05
    spoilers_down: Annotated[
        float, Field("decline of spoilers under settlement or counter-insurgency", RATE, high=1, source="Stedman 1997")
    ] = 0.05
    # Economy and arms
    growth: Annotated[float, Field("mean growth of output", RATE, low=-1, source="Maddison 2001: some 2 % a year")] = (
        0.006
    )
    growth_noise: Annotated[float, Field("s.d. of growth", RATE, source="Ramey & Ramey 1995")] = 0.0269491
    arms_noise: Annotated[
        float,
        Field(
            "s.d. of the log change of capability", RATE, source="assumed: fitted to how shares of capability change"
        ),
    ] = 0.038
    war_drag: Annotated[
        float,
        Field(
            "output lost per round of war on full commitment",
            SHARE,
            source="assumed: a war of the whole force costs some 8 % of output a year",
        ),
    ] = 0.02
    depreciation: Annotated[
        float, Field("share of capability that wears out", RATE, source="assumed: arms last some twelve years")
    ] = 0.02
    arms_reaction: Annotated[
        float, Field("burden added per unit of threat", RATE, high=1, source="Richardson 1960")
    ] = 0.000486922
    arms_fatigue: Annotated[
        float, Field("pull of the burden back to its customary level", RATE, high=1, source="Richardson 1960")
    ] = 0.1
    arms_grievance: Annotated[
        float, Field("burden added per unit of grievance", RATE, high=1, source="Richardson 1960")
    ] = 0.002
    # Order and alignment
    order_down: Annotated[
        float,
        Field(
            "share of order worn down per round if all the world's power were at war, unanswered",
            RATE,
            source="assumed: it would halve in half a year",
        ),
    ] = 0.29
    order_reversion: Annotated[
        float,
        Field(
            "share of the gap to an untroubled order that time heals per round",
            RATE,
            source="assumed: half of a loss heals in seven years",
        ),
    ] = 0.025
    answer_limit: Annotated[
        float,
        Field(
            "share of a breach's cost to the order that a full answer prevents",
            SHARE,
            source="Finnemore & Sikkink 1998",
        ),
    ] = 0.6
    order_shock: Annotated[
        float, Field("order lost to one nuclear use", SHARE, source="assumed: one use takes the gravest of its norms")
    ] = 0.3
    aligning: Annotated[float, Field("speed at which threat moves alliances", RATE, high=1, source="Walt 1987")] = 0.02
    treaty_pull: Annotated[
        float,
        Field(
            "speed at which alliances return to treaty",
            RATE,
            high=1,
            source="assumed: half of the way back takes seventeen years",
        ),
    ] = 0.01
    great_power_share: Annotated[
        float,
        Field(
            "power share that makes a great power",
            SHARE,
            source="assumed: what parts the powers commonly called great from the rest",
        ),
    ] = 0.04
    # Experiments on belief
    true_beliefs: Annotated[
        float,
        Field(
            "1 sets every belief about resolve to the truth (attribution to misperception)",
            "0 or 1",
            source="Fearon 1991",
        ),
    ] = 0.0


def pack(parameters: Parameters) -> Parameters:
    """The same parameters as one NumPy record, which is how kernels take them: `p.horizon` reads alike on both."""
    row = np.array([tuple(float(value) for value in parameters)], dtype=dtype_of(Parameters)).view(np.recarray)
    return cast(Parameters, row[0])
