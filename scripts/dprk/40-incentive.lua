-- Would a credible promise not to return prisoners make more soldiers surrender?
--
--   muster run scripts/dprk/40-incentive.lua [folder for the plots, else build/demo]
local folder = ... or "build/demo"
local page, evidence, incentive, interval = muster.page, muster.evidence, muster.incentive, muster.interval
local captures = muster.captures
local dprk = muster.dataset "dprk"
local sources = dprk.sources

page.question "Would a credible promise not to return prisoners make more soldiers surrender?"

page.say("A model of one choice, not an estimate. At an opportunity - a moment in which a soldier could be taken alive - "
  .. "he fights on, surrenders, or dies by his own hand, the more often the better the choice looks to him (random "
  .. "utility, McFadden 1974). Every input below is an assumption with a range; no published claim measures any of them.")

-- == what the inputs lean on ============================================================================

page.section "The inputs, and what is claimed about them"

local inputs = {}
for i, row in incentive.inputs():rows() do
  inputs[i] = {
    input = row.input, unit = row.unit, base = row.base, range = interval.text { low = row.low, high = row.high },
      label = row.label,
    meaning = row.meaning,
  }
end
page.show(muster.table(inputs, { "input", "unit", "base", "range", "label", "meaning" }))
page.say("Utilities are in units of the choice's random part: a difference of 1 multiplies the odds by 2.72. Zero is home "
  .. "after the war, family unharmed.")

local spoken = { family_punishment = true, policy_statement = true, information_operation = true, state_honours = true,
  exchange_offer = true }
local about = dprk.context:filter(function(row) return spoken[row.category] end)
local counts, order = {}, {}
for _, row in about:rows() do
  if not counts[row.category] then
    counts[row.category] = { claimed_about = row.category, items = 0 }
    order[#order + 1] = counts[row.category]
  end
  counts[row.category].items = counts[row.category].items + 1
end
table.sort(order, function(a, b) return a.claimed_about < b.claimed_about end)
page.show(muster.table(order, { "claimed_about", "items" }))
page.say("These items say that orders to die rather than be captured, punishment of families, honours for the dead, "
  .. "leaflets and offers of exchange exist. None says how much any of it weighs.")
page.rests(about, sources, "that these things exist")

-- == policies ===========================================================================================

page.section "Surrender probability per opportunity under four policies"

local policies = {}
for i, name in ipairs(incentive.policies) do
  local out, one, all = incentive.outcome(name), incentive.range(name)
  local ratio = incentive.range(name, "ratio")
  policies[i] = {
    policy = name, if_reached = interval.text(out.belief, "%"), fight = interval.text(out.fight, "%"),
    own_hand = interval.text(out.own_hand, "%"), surrender = interval.text(out.surrender, "%"),
    one_at_a_time = interval.text(one, "%"), all_at_once = interval.text(all, "%"),
    against_status_quo = interval.text(ratio), in_words = interval.text(out.surrender, "%", "icd203"), low = one.low, high = one.high, at_base = out.surrender,
  }
end
local t = muster.table(policies)
page.show(t, { "policy", "if_reached", "fight", "own_hand", "surrender", "one_at_a_time", "all_at_once" })
page.show(t, { "policy", "against_status_quo", "in_words" })
page.say("The first columns are at base values ('if reached': belief in a safe transfer of a soldier whom the message "
  .. "reached). 'One at a time' moves each input to the ends of its range with the others at base; 'all at once' goes to "
  .. "every corner, and shows that the assumptions together allow almost anything. 'Against status quo' is how many times "
  .. "as often a soldier surrenders, one input at a time: the direction is built into the model, the size is assumed. The "
  .. "words are those of ICD 203 for the value at base, and no better founded than it.")
page.assume("a public promise reaches only some soldiers and counts as one good case to them; two prisoners safely "
  .. "transferred count as two more; two handed to Russia in an exchange count as two bad cases. No policy changes what "
  .. "happens to families.")
local exposed = { family_risk = 0.5 }
page.say("That last assumption carries weight. Were the publicity of a transfer to raise the risk to families from 0.3 to "
  .. "0.5 for everybody, surrender under 'first transfer done' would be %s instead of %s, with the status quo at %s.",
  interval.text(incentive.outcome("first transfer done", exposed).surrender, "%"),
  interval.text(incentive.outcome("first transfer done").surrender, "%"),
    interval.text(incentive.outcome("status quo").surrender, "%"))

-- == break-even =========================================================================================

page.section "Break-even belief"

page.say("At base values surrender is worth as much as the better of the other two choices when a soldier gives a safe "
  .. "transfer a chance of %s. With other values:", interval.text(incentive.break_even(), "%"))
local cases = {
  { "base values", {} }, { "little danger in fighting on", { hazard = 0.3 } }, { "almost certain death in fighting on",
    { hazard = 0.95 } },
  { "surrender itself is deadly", { survive = 0.3 } }, { "surrender itself is nearly safe", { survive = 0.95 } },
  { "families are nearly always punished", { family_risk = 0.8 } }, { "families are seldom punished", { family_risk = 0.05 } },
  { "punishment of the family weighs most", { family_cost = 8 } }, { "forced return weighs less", { return_cost = 4 } },
  { "forced return weighs more", { return_cost = 12 } }, { "a safe life abroad is a gain", { safe_value = 2 } },
}
local even = {}
for i, case in ipairs(cases) do
  local belief = incentive.break_even(case[2])
  even[i] = {
    assumption = case[1], break_even_belief = belief > 1 and "no belief is enough" or belief < 0 and "none is needed"
      or interval.text(belief, "%"),
  }
end
page.show(muster.table(even, { "assumption", "break_even_belief" }))
page.say("Where families are punished or the act of surrender is deadly, no promise about transfer is enough by itself: "
  .. "the model then says that other things must change first.")

-- == what was observed ==================================================================================

page.section "What the prisoners actually taken can say"

local n = captures.counted(evidence.claims(dprk.captures, { retold = false }), dprk.capture_events)
local survive = 0.70
local bound = incentive.compatible(n.range, { opportunities = { 10, 30, 100, 300, 1000, 3000, 10000 }, survive = survive })
local status_quo = incentive.outcome("status quo").surrender
local allowed = {}
for i, row in bound:rows() do
  allowed[i] = {
    opportunities = row.opportunities, surrender_at_most = interval.text(row.at_most, "%"),
    if_all_chose_it_at_least = interval.text(row.if_all_chose, "%"),
    status_quo_at_base = status_quo > row.at_most and "excluded" or "allowed",
  }
end
page.show(muster.table(allowed, { "opportunities", "surrender_at_most", "if_all_chose_it_at_least", "status_quo_at_base" }))
local most = incentive.compatible(n.range, { probability = status_quo, survive = survive })[1].at_most
page.say("%s to %s were taken (exact 95 %% limits at both ends; survival of the act %s). Nobody claims how many chose it: "
  .. "captured wounded is not surrendered, so the least is none. Opportunities x probability is bounded from above and "
  .. "nothing else is known: the status quo at base values (%s) is allowed up to %s opportunities. The split into "
  .. "opportunities and probability cannot be estimated, and this script does not try.", interval.text(n.alive),
  interval.text(n.taken), interval.text(survive), interval.text(status_quo, "%"),
  interval.text(most))
page.rests(evidence.claims(dprk.captures, { retold = false }):filter(function(row) return row.measure == "captured" end),
  sources, "prisoners taken")

page.section "Stages that are not compared"

page.say("Exposed to a message, made contact, is a case, arrived, was kept: figures of different stages are different "
  .. "things. The model speaks of the step from opportunity to arrival only; hotline contacts, leaflets dropped and "
  .. "prisoners kept are no measure of it.")

-- == which input matters ================================================================================

page.section "Which assumption matters most"

local policy = "first transfer done"
local tornado = incentive.tornado(policy)
local effect = incentive.tornado(policy, { output = "ratio" })
local function spans(rows, unit)
  local out = {}
  for i, row in rows:rows() do
    out[i] = {
      input = row.input, from = interval.text(row.at_low), to = interval.text(row.at_high),
      result_from = interval.text(row.low, unit),
      result_to = interval.text(row.high, unit),
    }
  end
  return muster.table(out, { "input", "from", "to", "result_from", "result_to" })
end
page.say("Surrender probability under '%s', one input at a time:", policy)
page.show(spans(tornado, "%"))
page.say("How many times the status quo, under '%s', one input at a time:", policy)
page.show(spans(effect))
page.say("The level hangs mostly on %s and %s; the effect of the policy on %s and %s. What would be worth finding out is in "
  .. "the second list.",
  tornado[1].short, tornado[2].short, effect[1].short, effect[2].short)

-- == pictures ===========================================================================================

local warning = "ASSUMPTIONS, NOT ESTIMATES."
page.save(muster.plot(t, { y = "policy", x = "at_base", low = "low", high = "high" }):forest()
  :title "Surrender probability per opportunity, by policy"
  :subtitle(warning .. " Dot: base values. Bar: one input at a time over its range.")
  :xlabel "probability of surrender at one opportunity (logarithmic)" :log "x" :percent "x"
  :caption("A random-utility model; no input is measured. All ranges moved at once allow nearly 0 to 100 % under every "
    .. "policy. Captures bound opportunities x probability and nothing else.")
  , folder, "40-incentive-policies")

local function ends(rows)
  local out = {}
  for i, row in rows:rows() do
    out[i] = { short = row.short, low = row.low, high = row.high, at_low = interval.text(row.at_low),
      at_high = interval.text(row.at_high) }
  end
  return muster.table(out, { "short", "low", "high", "at_low", "at_high" })
end
page.save(muster.plot(ends(tornado), { y = "short", low = "low", high = "high", label_low = "at_low", label_high = "at_high" })
  :tornado { base = tornado[1].base }
  :title "Which assumption moves the surrender probability"
  :subtitle(warning .. (" Policy: %s."):format(policy))
  :xlabel "probability of surrender at one opportunity" :percent "x"
  :caption "One input at a time from the low to the high end of its assumed range (written at the bar), all others at base."
  , folder, "40-incentive-tornado")
page.save(muster.plot(ends(effect), { y = "short", low = "low", high = "high", label_low = "at_low", label_high = "at_high" })
  :tornado { base = effect[1].base }
  :title "Which assumption moves the effect of a first transfer"
  :subtitle(warning .. " How many times as often a soldier surrenders as under the status quo.")
  :xlabel "times the status quo"
  :caption("One input at a time from the low to the high end of its assumed range (written at the bar), all others at "
    .. "base. That the effect is above 1 is built into the model.")
  , folder, "40-incentive-effect")

local curves = {}
for _, case in ipairs { { "base values", {} }, { "families seldom punished", { family_risk = 0.05 } },
  { "families nearly always punished", { family_risk = 0.8 } } } do
  for _, row in incentive.curve(case[2]):rows() do
    curves[#curves + 1] = { belief = row.belief, surrender = row.surrender, case = case[1] }
  end
end
page.save(muster.plot(muster.table(curves, { "belief", "surrender", "case" }), { x = "belief", y = "surrender",
  colour = "case" }):line()
  :title "Surrender against belief in a safe transfer"
  :subtitle(warning .. " One soldier at one opportunity.")
  :xlabel "belief that a prisoner is not sent back" :ylabel "probability of surrender" :percent "x" :percent "y"
  :reference { x = incentive.break_even(), label = "break-even at base values" }
  :caption("At the break-even belief surrender is worth as much as fighting on; death by own hand has the rest. Of "
    .. "soldiers whom no message reaches, belief does not change.")
  , folder, "40-incentive-belief")

local line = {}
for _, row in incentive.compatible(n.range, { survive = survive,
  opportunities = { 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000 } }):rows() do
  line[#line + 1] = { opportunities = row.opportunities, low = row.if_all_chose, high = row.at_most }
end
page.save(muster.plot(muster.table(line, { "opportunities", "low", "high" }), { x = "opportunities" })
  :ribbon { low = "low", high = "high", name = "if every prisoner had chosen it" }
  :line { y = "high", name = "excluded above" }
  :reference { y = status_quo, label = "status quo, base values" }
  :reference { y = incentive.outcome(policy).surrender, label = policy .. ", base values" }
  :title "What the prisoners taken allow"
  :subtitle(warning .. " Above the line is excluded at 95 %; everything below is not.")
  :xlabel "opportunities to be taken alive (unknown)" :ylabel "probability of surrender at each" :log "x" :log "y" :percent "y"
  :caption(("%s to %s prisoners, exact Poisson limits, survival of the act %s. Captured is not surrendered: the true "
    .. "number who chose it may be none. Claims: datasets/dprk."):format(interval.text(n.alive), interval.text(n.taken),
    interval.text(survive)))
  , folder, "40-incentive-compatible")
