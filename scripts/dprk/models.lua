-- A first look by model: how many were sent in the first wave, and how many were lost by the end of April 2025?
--
--   muster run scripts/dprk/models.lua [folder for the plots, else build/demo]
--
-- Bounds stay bounds: "more than 4,000" adds the probability of more than 4,000 (docs/manual/fits.md, "What a bound says").
local folder = ... or "build/demo"
local page, evidence, deployment = muster.page, muster.evidence, muster.deployment
local date = muster.date
local dprk = muster.dataset "dprk"
local sources, names = dprk.sources, muster.evidence.names(dprk.sources)

page.question "A first look by model: how many were sent in the first wave, and how many were lost by the end of April 2025?"

-- == the claims =========================================================================================

local from, to = date "2025-01-01", date "2025-04-30"
local complete = date "2024-10-24"      -- before, arrivals were still being counted

local sent = deployment.latest(deployment.split(evidence.claims(dprk.deployments, { retold = false })).sent, { contingent = "first_wave" })
  :filter(function(row) return row.as_of >= complete and row.as_of <= to end)
local lost = evidence.claims(dprk.casualties, { retold = false }):filter(function(row)
  return row.measure == "killed_or_wounded" and row.contingent == "all" and row.basis == "cumulative" and row.figure ~= nil
    and row.as_of >= from and row.as_of <= to
end)

if #sent < 3 or #lost < 3 then
  page.say("Of this, %d claims of soldiers sent and %d of losses are known yet: too few for a model.", #sent, #lost)
  return
end

local rows, origins, known = {}, {}, {}
for what, claims in ipairs { sent, lost } do
  for _, row in claims:sort("as_of", "origin"):rows() do
    rows[#rows + 1] = { origin = row.origin, as_of = row.as_of, of = what == 1 and "sent" or "lost", figure = row.figure,
      is_lost = what - 1, months_before = (to - row.as_of) / 30.4 }
    if not known[row.origin] then
      known[row.origin] = true
      origins[#origins + 1] = row.origin
    end
  end
end
local claims = muster.table(rows, { "of", "as_of", "origin", "figure", "is_lost", "months_before" })

page.say("%d claims of %d origins: the last word of each on the first wave, and all running totals of killed or wounded from January to "
  .. "April 2025.", #claims, #origins)
page.show(claims, { "of", "as_of", "origin", "figure" })
page.rests(sent, sources, "sent")
page.rests(lost, sources, "lost")

-- == the model ==========================================================================================

page.section "The model"

local text = [[
sent ~ lognormal(log(11000), 0.4)             -- half of it between 8,400 and 14,400
share ~ beta(1.5, 3)                          -- lost by the end of April: of those sent, nearly anything
growth ~ half_normal(0.15)                    -- of the losses, a month
between ~ half_normal(0.3)                    -- how far origins are apart, as a factor
within ~ lognormal(log(0.1), 0.5)             -- how far claims of one origin are off its own line
z[origins] ~ normal(0, 1)
bias = between * z                            -- of each origin, the same for both counts
lost = sent * share
figure ~ reported(lognormal(log(if(is_lost, lost * exp(-growth * months_before), sent)) + bias[origin], within))
]]
print((text:gsub("[^\n]+", "  %0")))
page.assume("origins err by a factor each, as often up as down. An error that all of them share, such as one common source, "
  .. "is not in the model and cannot be seen in these claims.")
page.assume("a bound is read as one that was chosen without looking at how far the number is above or below it. Totals "
  .. "rise by the same share each month.")

local model = muster.model(text)
local data = { table = claims, origins = #origins }
local options = { data = data, adapt_delta = 0.98, seed = 1, progress = false }
local fit = model:sample(options)
print(fit:verdict())
print()

-- == what it says =======================================================================================

local asked = { "sent", "lost", "share", "growth", "between", "within" }

page.section "What it says, and what the prior alone said"

local before = model:prior { data = data, draws = 4000 }:summary { names = asked, quantiles = { 0.05, 0.5, 0.95 } }
local after = fit:summary { names = asked, quantiles = { 0.05, 0.5, 0.95 } }
print(after)
print()
local function rounded(x)
  return x >= 100 and ("%.0f"):format(math.floor(x / 100 + 0.5) * 100):gsub("(%d)(%d%d%d)$", "%1,%2") or ("%.2f"):format(x)
end
local function by_name(summary)
  local out = {}
  for _, row in summary:rows() do
    out[row.name] = rounded(row.q5) .. " to " .. rounded(row.q95)
  end
  return out
end
local prior, posterior = by_name(before), by_name(after)
local compared = {}
for k, name in ipairs(asked) do
  compared[k] = { quantity = name, prior_90 = prior[name], posterior_90 = posterior[name] }
end
page.show(muster.table(compared, { "quantity", "prior_90", "posterior_90" }))

page.section "How much of it is prior"

local power = fit:power_scale { names = asked }
local shares = {}
for i, row in power:rows() do
  shares[i] = { quantity = row.name, moves_with_prior = ("%.2f"):format(row.prior), moves_with_claims = ("%.2f"):format(row.likelihood), says = row.says }
end
page.show(muster.table(shares, { "quantity", "moves_with_prior", "moves_with_claims", "says" }))
page.say("A number that moves when the prior is made a little stronger or weaker is in part what was thought before. The claims agree on round "
  .. "numbers, and round numbers are copied: agreement is not proof.")

page.section "What each origin adds"

local loo = fit:loo { by = claims:column "origin" }
print(loo)
print()

-- Where the approximation does not do, the fit is made again without the origin.
local without = { { without = "nobody", sent = posterior.sent, lost = posterior.lost, share = posterior.share } }
for _, row in loo:table():rename("left_out = " .. loo:table():names()[1]):rows() do
  if row.k > 0.7 then
    options.warmup, options.draws = 500, 800
    options.data = { table = claims:filter(function(claim) return claim.origin ~= row.left_out end), origins = #origins - 1 }
    local range = by_name(model:sample(options):summary { names = asked, quantiles = { 0.05, 0.5, 0.95 } })
    without[#without + 1] = { without = row.left_out, sent = range.sent, lost = range.lost, share = range.share }
  end
end
page.say "Fitted again without each origin that this names (90 % intervals):"
page.show(muster.table(without, { "without", "sent", "lost", "share" }))
page.say("These intervals are as wide as the origins disagree, and no wider. The evidence lines above count fewer voices than origins, and the "
  .. "model takes all %d origins for voices of their own. If all repeat one error of 10 %%, both counts are off by 10 %% beyond what is printed, and nothing here can "
  .. "show it. The share moves less: an error that both counts have leaves it where it is.", #origins)

-- == pictures ===========================================================================================

local draws = { lost = fit:column "lost", sent = fit:column "sent" }
local band, marks = {}, {}
for _, row in claims:rows() do
  marks[#marks + 1] = { what = row.of == "sent" and "Sent" or "Killed or wounded", as_of = row.as_of, figure = row.figure,
    origin = names[row.origin] }
end
for what, name in pairs { sent = "Sent", lost = "Killed or wounded" } do
  local column, growth = draws[what], fit:column "growth"
  for month = 0, what == "sent" and 6 or 4 do
    local values = {}
    for i = 1, #column do
      values[i] = column[i] * (what == "lost" and math.exp(-growth[i] * month) or 1)
    end
    table.sort(values)
    band[#band + 1] = { what = name, as_of = to - math.floor(30.4 * month), low = values[math.ceil(0.05 * #values)],
      high = values[math.ceil(0.95 * #values)] }
  end
end
page.save(muster.plot(muster.table(marks), { x = "as_of", y = "figure", panel = "what" })
  :ribbon(muster.table(band):sort "as_of", { x = "as_of", low = "low", high = "high", panel = "what", ink = "light", name = "90 % of the model" })
  :point(muster.table(marks), { ink = "blue", name = "claims" })
  :title "What an origin without bias would say, and what origins say"
  :subtitle "Arrows are bounds, bars are ranges and rounding. Errors that all origins share are in no band."
  :xlabel "day that the claim describes" :ylabel "soldiers"
  :caption "Each panel has its own scale. Source: datasets/dprk."
  :size(1000, 560), folder, "models-claims")
page.save(fit:plot("interval", { names = { "bias" } })
  :title "How far each origin is off, by the model"
  :subtitle "Log of the factor: 0.1 is about 10 %. Intervals that hold 0 do not tell that an origin is biased.", folder, "models-bias")
