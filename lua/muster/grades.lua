-- grades.lua - what letters and numbers are worth: as numbers, beside each other, and against the record.
--
-- A letter is a judgement of a source made beforehand. Here it can be held against what was known later: how many of a
-- source's claims held, by which factor its figures are off, how wide they are. A source that hedges with "more than" is not
-- charged for that; one with few claims that anybody could check later cannot be judged, which is F.
--
-- Sources: for calibration and sharpness T. Gneiting, F. Balabdaoui and A. Raftery, Probabilistic forecasts, calibration and
-- sharpness, J. R. Stat. Soc. B 69 (2007) 243-268; exact limits of a share Clopper and Pearson (1934); for grades that come
-- from the record and not from habit the discussions in OpenCTI, issues 62 and 14971.
local muster = require "muster.init"
local core = require "muster.core"
local registry = require "muster.base.registry"
local admiralty = require "muster.grades.admiralty"
local association = require "muster.grades.association"
local later = require "muster.grades.later"
local record = require "muster.grades.record"
local interval = require "muster.interval"

local define, fail = registry.define, registry.fail
local grades = registry.module("muster.grades", "Letters of sources and numbers of claims: scales, association, and grades "
  .. "that the record earns.")

-- == scales ============================================================================================

grades.scales = define {
  name = "muster.grades.scales", args = "", returns = "Table",
  help = "The published ways to turn letters and numbers into 0 to 100, a row for each scale and grade: scale, of (letter or "
    .. "number), grade, value, source. A grade that a scale has no value for has no row.",
  example = "return muster.grades.scales():filter \"grade == 'B' or grade == '2'\"",
  fn = function()
    local rows = {}
    for _, name in ipairs(admiralty.scale_names) do
      local scale = admiralty.scale(name)
      local function add(of, grade, value)
        rows[#rows + 1] = value and { scale = name, of = of, grade = grade, value = value, source = scale.source } or nil
      end
      for _, letter in ipairs(admiralty.letters) do
        add("letter", letter, scale.letters and scale.letters[letter])
      end
      for n = 1, 6 do
        add("number", tostring(n), scale.numbers and scale.numbers[n])
      end
    end
    return muster.table(rows, { "scale", "of", "grade", "value", "source" })
  end,
}

grades.scale = define {
  name = "muster.grades.scale", args = "scale: string|table", returns = "table",
  help = "One scale: { name, title, source, about, letters = { A = 100, ... }, numbers = { 100, ... } }. A table of your own "
    .. "in this form is checked and given back: values 0 to 100 that do not grow from A to E and from 1 to 5.",
  example = "return muster.grades.scale('misp').letters.B",
  fn = admiralty.scale,
}

-- Rows with a value, under each grading, as a column `weight`.
local function weighted(t, sources, scale, of)
  local rows = {}
  local values = of == "letter" and scale.letters or scale.numbers
  for grade, value in pairs(values) do
    rows[#rows + 1] = { grade = grade, weight = value + 0.0 }
  end
  table.sort(rows, function(a, b) return a.grade < b.grade end)
  local weights = muster.table(rows, { "grade", "weight" })
  if of == "letter" then
    local by_source = sources:select("source_id", "reliability"):join(weights, { on = { reliability = "grade" } })
    return t:join(by_source:select("source_id", "weight"), { on = { origin = "source_id" } })
  end
  return t:join(weights, { on = { credibility = "grade" } })
end

grades.effect = define {
  name = "muster.grades.effect",
  args = "claims: Table, headline: string, options?: {scales?: table, sources?: Table}", returns = "Table, string",
  help = "What the choice of a scale does to a headline: an aggregate expression in which `weight` is the value of the claim's "
    .. "letter or number. A row for equal weights and for the letters and the numbers of each scale: scale, of, claims, "
    .. "left_out (no value on that scale), headline; and a sentence. `scales` lists names, or tables of your own.",
  example = "local d = muster.dataset 'dprk'\n"
    .. "local t = d.deployments:filter \"measure == 'dispatched' and is_finite(high(figure)) and contingent == 'first_wave'\"\n"
    .. "return muster.grades.effect(t, \"weighted_mean(point(figure, 'midpoint'), weight)\")",
  fn = function(t, headline, options)
    options = options or {}
    local sources = admiralty.sources(t, options.sources, "muster.grades.effect")
    admiralty.need(t, "muster.grades.effect", "origin", "credibility")
    local rows = {}
    local function add(name, of, with_weight)
      local v = with_weight:agg("headline = " .. headline)[1].headline
      if v ~= nil and type(v) ~= "number" then
        fail("muster.grades.effect: the headline is a %s, and should be a number", core.class(v) or type(v))
      end
      rows[#rows + 1] = { scale = name, of = of, claims = #with_weight, left_out = #t - #with_weight, headline = v and v + 0.0 }
    end
    add("none", "equal weights", t:derive "weight = 1.0")
    for _, given in ipairs(options.scales or admiralty.scale_names) do
      local scale = admiralty.scale(given)
      for _, of in ipairs { "letter", "number" } do
        if of == "letter" and scale.letters or of == "number" and scale.numbers then
          add(scale.name, of, weighted(t, sources, scale, of))
        end
      end
    end
    local low, high
    for _, row in ipairs(rows) do
      if row.headline then
        low, high = math.min(low or row.headline, row.headline), math.max(high or row.headline, row.headline)
      end
    end
    local text = low and ("%s with equal weights; by the choice of scale it is %s to %s"):format(
      rows[1].headline and interval.text(rows[1].headline) or "nothing", interval.text(low), interval.text(high)) or "no headline under any scale"
    return muster.table(rows, { "scale", "of", "claims", "left_out", "headline" }), text
  end,
}

local function check_level(level, who)
  if not (level > 0 and level < 1) then
    fail("%s: option 'level' is between 0 and 1, found %s", who, core.number(level))
  end
end

-- == letters beside numbers ============================================================================

grades.association = define {
  name = "muster.grades.association",
  args = "claims: Table, options?: {level?: number, draws?: integer, seed?: integer, sources?: Table}", returns = "table",
  help = "How far the letters of the origins and the numbers of their claims go together in a data set, which should be judged "
    .. "apart: gamma (Goodman and Kruskal) with low and high (0.9 unless `level`; sources are drawn anew 1,000 times), paired "
    .. "(claims such as B2 and C3), by_chance, n, unjudged (F, 6 or no letter), and text, which says it in words.",
  example = "return muster.grades.association(muster.dataset('dprk').casualties).text",
  fn = function(t, options)
    options = options or {}
    admiralty.need(t, "muster.grades.association", "origin", "credibility")
    check_level(options.level or 0.9, "muster.grades.association")
    local letters = {}
    for _, s in admiralty.sources(t, options.sources, "muster.grades.association"):rows() do
      letters[s.source_id] = s.reliability
    end
    local list, unjudged = {}, 0
    for _, row in t:select("origin", "credibility"):rows() do
      local letter, number = letters[row.origin], row.credibility
      if admiralty.rank[letter] and number and number <= 5 then
        list[#list + 1] = { source = row.origin, letter = letter, number = number }
      else
        unjudged = unjudged + 1
      end
    end
    local out = association.of(list, options.level or 0.9, options.draws or 1000, options.seed or 1)
    out.unjudged = unjudged
    return setmetatable(out, { __tostring = function(r) return r.text end, __name = "association" })
  end,
}

-- == grades that are earned ============================================================================

local PERIODS = { year = "%04d", quarter = "%04d-Q%d", month = "%04d-%02d" }

local function period_of(date, period)
  local part = period == "quarter" and (date.month + 2) // 3 or date.month
  return PERIODS[period]:format(date.year, part)
end

local function keys_of(by)
  local out = {}
  for _, name in ipairs(type(by) == "string" and { by } or by or {}) do
    if name ~= "measure" and not PERIODS[name] then
      fail("muster.grades.earned: option 'by': no '%s'%s; there are measure, year, quarter, month", tostring(name),
        registry.suggest(name, { "measure", "year", "quarter", "month" }))
    end
    out[#out + 1] = name
  end
  return out
end

local function check_options(given)
  local o = {}
  for k, v in pairs(given or {}) do
    o[k] = v
  end
  o.level, o.tolerance, o.vague = o.level or 0.9, o.tolerance or 0.2, o.vague or 2
  o.least, o.span, o.lag, o.credibility = o.least or 5, o.span or 3, o.lag or 30, o.credibility or 3
  o.days = o.days or 0
  o.monotone = o.monotone ~= false
  o.scale = admiralty.scale(o.scale or "misp")
  if not o.scale.letters then
    fail("muster.grades.earned: the scale '%s' has no letters", o.scale.name)
  end
  check_level(o.level, "muster.grades.earned")
  if not (o.tolerance >= 0) then
    fail("muster.grades.earned: option 'tolerance' is a share from 0 on, found %s", core.number(o.tolerance))
  elseif not (o.vague >= 1) then
    fail("muster.grades.earned: option 'vague' is a factor from 1 on, found %s", core.number(o.vague))
  elseif o.least < 1 or o.lag < 0 or o.days < 0 then
    fail("muster.grades.earned: option '%s' is too small", o.least < 1 and "least" or o.lag < 0 and "lag" or "days")
  end
  return o
end

local function claim_rows(scored)
  local rows = {}
  for i, s in ipairs(scored) do
    local row, known, own = s.claim.row, s.known, s.own
    rows[i] = {
      origin = row.origin, measure = row.measure, contingent = row.contingent, as_of = row.as_of, reported = row.reported, figure = row.figure,
      later_low = known and known.low + 0.0, later_high = known and known.high + 0.0,
      later_by = known and table.concat(known.by, ", "), contradicted = known and (known.contradicted or false),
      verdict = s.verdict, ratio_low = s.ratio_low, ratio_high = s.ratio_high, score = s.score, own = s.own_verdict,
      own_low = own and own.low + 0.0, own_high = own and own.high + 0.0,
    }
  end
  return muster.table(rows, { "origin", "measure", "contingent", "as_of", "reported", "figure", "later_low", "later_high", "later_by", "contradicted",
    "verdict", "ratio_low", "ratio_high", "score", "own", "own_low", "own_high" })
end

local function grade_row(group, r, given, overruled)
  return {
    origin = group.origin, part = group.part, claims = r.claims, scored = r.n, held = r.held, failed = r.failed, undecided = r.undecided,
    refuted = r.refuted, one_sided = r.one_sided, share = r.share, share_low = r.low, share_high = r.high, stated = r.bias.n, bias = r.bias.factor,
    bias_low = r.bias.low, bias_high = r.bias.high, width = r.width, score = r.score, own_checked = r.own_checked,
    own_contradicted = r.own_contradicted, earned = r.letter, best = r.n > 0 and r.best or nil, worst = r.n > 0 and r.worst or nil, why = r.why, given = given,
    grade = overruled or r.letter,
  }
end

local GRADE_COLUMNS = { "origin", "part", "claims", "scored", "held", "failed", "undecided", "refuted", "share", "share_low", "share_high", "one_sided",
  "stated", "bias", "bias_low", "bias_high", "width", "score", "own_checked", "own_contradicted", "earned", "best", "worst", "why", "given", "grade" }

-- Who said the letter, and how the record takes it.
local function rulings(groups, records, given, overrule, scale)
  local rows = {}
  for i, group in ipairs(groups) do
    local r = records[i]
    local own = record.own_score(r)
    local function add(by, letter)
      if letter then
        local within = letter ~= "F" and r.n > 0 and admiralty.rank[letter] >= admiralty.rank[r.best] and admiralty.rank[letter] <= admiralty.rank[r.worst]
        rows[#rows + 1] = { origin = group.origin, part = group.part, by = by, letter = letter, log_score = record.letter_score(r, letter, scale),
          record_score = own, verdict = letter == "F" and "no claim about the record" or r.n == 0 and "no record"
            or within and "the record allows it" or ("the record says %s to %s"):format(r.best, r.worst) }
      end
    end
    add("sources", given[group.origin])
    add("analyst", overrule[group.origin])
  end
  return muster.table(rows, { "origin", "part", "by", "letter", "log_score", "record_score", "verdict" })
end

local function check_overrule(overrule, groups)
  local names, known = {}, {}
  for _, group in ipairs(groups) do
    if not known[group.origin] then
      known[group.origin], names[#names + 1] = true, group.origin
    end
  end
  for origin, letter in pairs(overrule) do
    if not known[origin] then
      fail("muster.grades.earned: option 'overrule': no origin '%s'%s", tostring(origin), registry.suggest(origin, names))
    elseif letter ~= "F" then
      admiralty.check_letter(letter, "muster.grades.earned: option 'overrule'")
    end
  end
end

local earned_meta = { __name = "earned grades" }

local function factor_text(row)
  if not row.bias then
    return "-"
  elseif not row.bias_low then
    return ("%.2f"):format(row.bias)
  end
  return ("%.2f (%s)"):format(row.bias, interval.text { low = row.bias_low, high = row.bias_high })
end

local function letter_text(row)
  if row.best == nil or row.best == row.worst then
    return row.earned
  end
  return ("%s (%s to %s)"):format(row.earned, row.best, row.worst)
end

function earned_meta.__tostring(e)
  local rows, without = {}, 0
  for _, row in e.grades:rows() do
    if row.scored > 0 or row.refuted > 0 then
      rows[#rows + 1] = { origin = row.part and row.origin .. ", " .. row.part or row.origin, scored = row.scored, held = row.held,
        failed = row.failed, undecided = row.undecided, refuted = row.refuted, factor = factor_text(row), earned = letter_text(row),
        given = row.grade == row.earned and (row.given or "-") or ("%s, overruled: %s"):format(row.given or "-", row.grade) }
    else
      without = without + 1
    end
  end
  local names = { "origin", "scored", "held", "failed", "undecided", "refuted", "factor", "earned", "given" }
  local lines = { e.text, #rows > 0 and "\n" .. tostring(muster.table(rows, names)) or nil }
  lines[#lines + 1] = without > 0 and ("\nnot shown: %d more, of which no claim is scored or refuted"):format(without) or nil
  return table.concat(lines, "\n")
end

local function sentence(e, o, skipped)
  local judged, n = 0, #e.grades
  for _, row in e.grades:rows() do
    judged = judged + (row.earned ~= "F" and 1 or 0)
  end
  local scored = 0
  for _, row in e.claims:rows() do
    scored = scored + (record.scored[row.verdict] and 1 or 0)
  end
  return ("%d of %d claims can be held against %s; %d of %d records are long and clear enough for a letter. Tolerance %s %%, level %s %%, "
    .. "letters by the scale '%s'. Not scored: %d in words or shares, %d joint, %d undated.%s"):format(scored, #e.claims,
    o.truth and "the given truth" or ("what other voices said %d days later or more"):format(o.lag), judged, n,
    core.number(100 * o.tolerance), core.number(100 * o.level), o.scale.name, skipped.without_number, skipped.joint, skipped.undated,
    not (e.sources or o.truth) and " Without a table of sources every origin counts as a voice of its own." or "")
end

grades.earned = define {
  name = "muster.grades.earned",
  args = "claims: Table, options?: {truth?: Table, sources?: Table, by?: string|string[], lag?: integer, days?: integer, credibility?: integer, "
    .. "monotone?: boolean, tolerance?: number, vague?: number, level?: number, least?: integer, span?: integer, "
    .. "scale?: string|table, overrule?: table}",
  returns = "table",
  help = "Grades from the record: each origin's claims against what other voices said later of the same quantity (at least `lag` "
    .. "days, 30, and graded `credibility`, 3, or better), or against a table `truth` (measure, as_of, figure). Fields: grades (a "
    .. "row for each origin: share of claims that held, bias factor, earned letter with best and worst, all with `level`, 0.9, limits; "
    .. "F when fewer than `least`, 5, can be scored or the letters span more than `span`, 3), claims (each with its verdict), "
    .. "rulings (letters of sources.csv and of `overrule = { origin = 'B' }` scored against the record), text. `tolerance` (0.2) widens "
    .. "what a claim states, later knowledge wider than a factor `vague` (2) decides nothing, `days` (0) is how far apart two days may be and count as one, `by` also splits by measure, year, quarter or month.",
  example = "local d, q = muster.date, muster.quantity\n"
    .. "local function row(origin, said, n) return { origin = origin, measure = 'killed', basis = 'cumulative', as_of = d '2025-01-13',\n"
    .. "  reported = d(said), figure = q{ best = n } } end\n"
    .. "local t = muster.table{ row('a', '2025-01-14', 480), row('b', '2025-06-01', 300) }\n"
    .. "return muster.grades.earned(t, { least = 1 }).claims[1].verdict",
  fn = function(t, options)
    local o = check_options(options)
    local by = keys_of(o.by)
    local sources = o.sources or (core.extras(t) or {}).sources
    local claims, skipped = later.claims(t, sources)
    local others, own = later.finders(claims, o)
    local scored, groups, by_key = {}, {}, {}
    for i, claim in ipairs(claims) do
      scored[i] = record.score(claim, others(claim), own(claim), o)
      local parts = {}
      for k, name in ipairs(by) do
        parts[k] = name == "measure" and claim.row.measure or name ~= "measure" and period_of(claim.row.reported, name)
      end
      local part = #parts > 0 and table.concat(parts, " ") or nil
      local key = claim.by .. "\31" .. (part or "")
      if not by_key[key] then
        by_key[key] = { origin = claim.by, part = part, list = {} }
        groups[#groups + 1] = by_key[key]
      end
      table.insert(by_key[key].list, scored[i])
    end
    local overrule, given = o.overrule or {}, {}
    check_overrule(overrule, groups)
    for _, s in (sources or muster.table({}, { "source_id" })):rows() do
      given[s.source_id] = s.reliability
    end
    local rows, records = {}, {}
    for i, group in ipairs(groups) do
      records[i] = record.of(group.list, o)
      rows[i] = grade_row(group, records[i], given[group.origin], overrule[group.origin])
    end
    table.sort(rows, function(a, b)
      if a.scored ~= b.scored then
        return a.scored > b.scored
      elseif a.origin ~= b.origin then
        return a.origin < b.origin
      end
      return (a.part or "") < (b.part or "")
    end)
    local out = setmetatable({ grades = muster.table(rows, GRADE_COLUMNS), claims = claim_rows(scored), options = o,
      rulings = rulings(groups, records, given, overrule, o.scale), sources = sources, plot = grades.plot }, earned_meta)
    out.text = sentence(out, o, skipped)
    return out
  end,
}

-- Limits wider than this say nothing, and would press all others together.
local WIDEST = 100

grades.plot = define {
  name = "muster.grades.plot", args = "earned: table", returns = "Plot",
  help = "The bias factors of earned grades by origin with their limits, and the letters as text: what is right of 1 states more than "
    .. "later holds. earned:plot() is the same.",
  example = "local d, q = muster.date, muster.quantity\n"
    .. "local function row(origin, said, day, n) return { origin = origin, measure = 'killed', basis = 'stock', as_of = d(day),\n"
    .. "  reported = d(said), figure = q{ best = n } } end\n"
    .. "local t = muster.table{ row('a', '2025-01-14', '2025-01-13', 480), row('b', '2025-06-01', '2025-01-13', 300),\n"
    .. "  row('a', '2025-02-14', '2025-02-13', 500), row('b', '2025-06-01', '2025-02-13', 400) }\n"
    .. "return muster.grades.earned(t, { least = 1 }):plot()",
  fn = function(e)
    if getmetatable(e) ~= earned_meta then
      fail("muster.grades.plot: expected what muster.grades.earned gives, found %s", registry.shown(e))
    end
    local names, rows, without, vague, least, most = {}, {}, 0, 0, 1, 1
    for _, s in (e.sources or muster.table({}, { "source_id" })):rows() do
      names[s.source_id] = s.name
    end
    for _, row in e.grades:rows() do
      if row.bias_low and row.bias_high > WIDEST * row.bias_low then
        vague = vague + 1
      elseif row.bias_low then
        local letters = row.earned == "F" and "F: cannot be judged" or letter_text(row)
        least, most = math.min(least, row.bias_low), math.max(most, row.bias_high)
        rows[#rows + 1] = { who = (names[row.origin] or row.origin) .. (row.part and ", " .. row.part or ""), bias = row.bias,
          low = row.bias_low, high = row.bias_high, letter = ("%s; %d claims"):format(letters, row.scored) }
      else
        without = without + 1
      end
    end
    if #rows == 0 then
      fail("no origin has two figures with a middle that later knowledge decides, and limits within a factor of %d: there is no bias to draw",
        WIDEST)
    end
    local notes = {}
    notes[1] = without > 0 and ("%d without two figures that state a middle"):format(without) or nil
    notes[#notes + 1] = vague > 0 and ("%d with limits wider than a factor of %d"):format(vague, WIDEST) or nil
    local picture = muster.plot(muster.table(rows, { "who", "bias", "low", "high", "letter" }), { y = "who", x = "bias", low = "low", high = "high", label = "letter" })
      :forest():reference { x = 1, label = "as later known" }:title "What was stated over what later held"
      :subtitle(("%s %% limits; letters by the share of claims that held"):format(core.number(100 * e.options.level)))
      :caption(#notes > 0 and ("Origins not shown: %s."):format(table.concat(notes, ", ")) or "")
    -- a logarithmic axis has round numbers to show only over a decade or more
    return most > 8 * least and picture:log "x":xlabel "factor (logarithmic)" or picture:xlabel "factor"
  end,
}

return grades
