-- record.lua - one claim against what was known later, and many such verdicts as a record.
--
-- A claim holds when the later-known interval lies within what it states, each stated end widened by a tolerance; it fails
-- when the two exclude each other; else it is undecided, and counts both ways in every limit. Only later knowledge that is
-- bounded on both sides and not too wide scores anything: with one open end it could refute some kinds of claims and never
-- confirm them. What it excludes is counted apart, as refuted.
--
-- The bias factor is what is stated over what later holds, from figures that state a middle. "More than x" states none and
-- says nothing about it. Its limits are Student's for the mean of the logarithms, the lower one over the high ends of what is
-- known, the upper one over the low ends: with exact later knowledge they are the usual ones, else wider.
local admiralty = require "muster.grades.admiralty"
local scores = require "muster.scores"
local stats = require "muster.stats"

local record = {}

record.scored = { held = true, failed = true, undecided = true }
local SCORED = record.scored

local ONE_SIDED = { at_least = true, more_than = true, up_to = true, as_many_as = true, less_than = true }

-- The middle that a figure states: the printed number, of a range the geometric middle; nil when it states none.
local function middle(figure)
  if ONE_SIDED[figure.kind] or figure.low <= 0 or figure.high == math.huge then
    return nil
  elseif figure.stated and (figure.kind == "exact" or figure.kind == "about") then
    return figure.stated
  end
  return math.sqrt(figure.low * figure.high)
end

-- held, failed, undecided; or refuted or open, when later knowledge is too wide to score anything.
local function verdict(figure, known, options)
  if not known then
    return "unknown"
  end
  local wide = known.high == math.huge or known.high > known.low * options.vague and known.high > known.low
  local low, high = figure.low / (1 + options.tolerance), figure.high * (1 + options.tolerance)
  if known.high < low or known.low > high then
    return wide and "refuted" or "failed"
  elseif wide then
    return "open"
  end
  return low <= known.low and known.high <= high and "held" or "undecided"
end

-- The verdict on a claim with what it rests on.
function record.score(claim, known, own, options)
  local figure = claim.figure
  local out = { claim = claim, known = known, own = own, verdict = verdict(figure, known, options), one_sided = ONE_SIDED[figure.kind] or false }
  if own then
    local against = verdict(figure, own, options)
    out.own_verdict = (against == "failed" or against == "refuted") and "contradicted" or against == "held" and "kept" or "open"
  end
  if not SCORED[out.verdict] then
    return out
  end
  local y = math.sqrt(known.low * known.high)
  out.score = scores.figure(figure, y, { level = options.level, scale = "log" })
  local c = middle(figure)
  if c and known.low > 0 then
    out.ratio_low, out.ratio_high = c / known.high, c / known.low
  end
  if c then
    out.width = figure.high / figure.low
  end
  return out
end

-- == a record ==========================================================================================

local function mean_and_error(list)
  local n, mean, squares = #list, 0, 0
  for _, v in ipairs(list) do
    mean = mean + v / n
  end
  for _, v in ipairs(list) do
    squares = squares + (v - mean) ^ 2
  end
  return mean, n > 1 and math.sqrt(squares / (n - 1) / n) or nil
end

local function bias_of(list, level)
  local low, high = {}, {}
  for _, s in ipairs(list) do
    if s.ratio_low then
      low[#low + 1], high[#high + 1] = math.log(s.ratio_low), math.log(s.ratio_high)
    end
  end
  if #low == 0 then
    return { n = 0 }
  end
  local mean_low, error_low = mean_and_error(low)
  local mean_high, error_high = mean_and_error(high)
  local out = { n = #low, factor = math.exp((mean_low + mean_high) / 2) }
  if error_low then
    local t = stats.student_quantile((1 + level) / 2, #low - 1)
    out.low, out.high = math.exp(mean_low - t * error_low), math.exp(mean_high + t * error_high)
  end
  return out
end

local function median(list)
  table.sort(list)
  local n = #list
  return n > 0 and (list[(n + 1) // 2] + list[n // 2 + 1]) / 2 or nil
end

-- Letters from the best to the worst that a share between the limits can mean.
local function span(low, high, scale)
  return admiralty.letter_of(high, scale), admiralty.letter_of(low, scale)
end

-- Everything about the verdicts of one origin (or one part of its claims).
function record.of(list, options)
  local out = { claims = #list, held = 0, failed = 0, undecided = 0, refuted = 0, open = 0, unknown = 0, own_contradicted = 0, own_checked = 0,
    one_sided = 0 }
  local widths, total, scored = {}, 0, 0
  for _, s in ipairs(list) do
    out[s.verdict] = out[s.verdict] + 1
    out.own_checked = out.own_checked + (s.own_verdict and s.own_verdict ~= "open" and 1 or 0)
    out.own_contradicted = out.own_contradicted + (s.own_verdict == "contradicted" and 1 or 0)
    out.one_sided = out.one_sided + (s.one_sided and SCORED[s.verdict] and 1 or 0)
    if s.score then
      total, scored = total + s.score, scored + 1
    end
    widths[#widths + 1] = s.width
  end
  local n = out.held + out.failed + out.undecided
  out.n, out.score, out.width = n, scored > 0 and total / scored or nil, median(widths)
  out.bias = bias_of(list, options.level)
  if n > 0 then
    out.share = (out.held + out.undecided / 2) / n
    out.low = stats.binomial_limits(out.held, n, options.level)
    out.high = select(2, stats.binomial_limits(out.held + out.undecided, n, options.level))
    out.best, out.worst = span(out.low, out.high, options.scale)
  end
  local spread = n > 0 and admiralty.rank[out.worst] - admiralty.rank[out.best] + 1 or 5
  if n < options.least then
    out.letter, out.why = "F", ("%d of %d claims can be scored, fewer than %d"):format(n, #list, options.least)
  elseif spread > options.span then
    out.letter, out.why = "F", ("the record allows %s to %s"):format(out.best, out.worst)
  else
    out.letter = admiralty.letter_of(out.share, options.scale)
    out.why = ("%d of %d held%s"):format(out.held, n, out.undecided > 0 and (", %d undecided"):format(out.undecided) or "")
  end
  return out
end

-- == letters against the record ========================================================================

-- A letter says with which probability a claim holds. 0 and 1 are held off the ends: one exception would cost infinitely much.
local function probability(letter, scale)
  return math.min(0.95, math.max(0.05, scale.letters[letter] / 100))
end

-- Mean logarithmic score of that probability over the decided claims; of the record itself each claim is foretold from the others.
function record.letter_score(r, letter, scale)
  local n = r.held + r.failed
  if n == 0 or letter == "F" or not scale.letters[letter] then
    return nil
  end
  local p = probability(letter, scale)
  return (r.held * scores.log(p, true) + r.failed * scores.log(p, false)) / n
end

function record.own_score(r)
  local n = r.held + r.failed
  if n < 2 then
    return nil
  end
  local total = 0
  if r.held > 0 then
    total = total + r.held * scores.log((r.held - 0.5) / n, true)
  end
  if r.failed > 0 then
    total = total + r.failed * scores.log((r.held + 0.5) / n, false)
  end
  return total / n
end

return record
