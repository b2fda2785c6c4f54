-- words.lua - words for probabilities, always under a yardstick that is named.
--
-- The same words mean other numbers in London and in Washington, so no function here has a yardstick of its own choice.
-- A word is a band, never a point: going from words to words of another yardstick gives the set of terms that the band
-- reaches, and what no term covers is said. Yardsticks are data (words/yardsticks.lua), each with its source.
local core = require "muster.core"
local registry = require "muster.base.registry"
local yardsticks = require "muster.words.yardsticks"

local define, fail = registry.define, registry.fail
local words = registry.module("muster.words", "Words for probabilities under a named yardstick: parse, say, translate, lint.")

-- == yardsticks ========================================================================================

local ready = {}

-- The yardstick of that name with its bands as fractions and every spelling listed.
local function yardstick(name)
  if ready[name] then
    return ready[name]
  end
  local data = type(name) == "string" and rawget(yardsticks, name)
  if not data or not data.terms then
    fail("no yardstick '%s'%s; there are %s", tostring(name), registry.suggest(name, yardsticks.names),
      table.concat(yardsticks.names, ", "))
  end
  local y = { name = name, title = data.title, source = data.source, about = data.about, rows = data.rows, terms = {}, spelled = {} }
  for i, t in ipairs(data.terms) do
    local term = { term = t[1], low = t[2] / 100, high = t[3] / 100, row = t.row, below = t.below or false,
      above = t.above or false, yardstick = name, rank = i }
    y.terms[i], y.spelled[t[1]] = term, term
    for k = 4, #t do
      y.spelled[t[k]] = term
    end
  end
  ready[name] = y
  return y
end

local function per_cent(v)
  return core.number(math.floor(v * 1e4 + 0.5) / 100)
end

local function band(low, high)
  return low == high and per_cent(low) .. " %" or ("%s-%s %%"):format(per_cent(low), per_cent(high))
end

local band_meta = {
  __name = "probability term",
  __tostring = function(t)
    return ("%s (%s, %s%s)"):format(t.term, band(t.low, t.high), t.yardstick, t.row and ", row " .. t.row or "")
  end,
}

words.yardsticks = define {
  name = "muster.words.yardsticks", args = "", returns = "Table",
  help = "The yardsticks there are: name, title, how many terms, what is odd about it, and where it was published.",
  example = "return muster.words.yardsticks()",
  fn = function()
    local rows = {}
    for i, name in ipairs(yardsticks.names) do
      local y = yardstick(name)
      rows[i] = { name = name, title = y.title, terms = #y.terms, about = y.about, source = y.source }
    end
    return require "muster.init".table(rows, { "name", "title", "terms", "about", "source" })
  end,
}

words.terms = define {
  name = "muster.words.terms", args = "yardstick: string", returns = "Table",
  help = "The terms of a yardstick from the least to the most likely: term, low, high (fractions), row where it has several "
    .. "that must not be mixed.",
  example = "return muster.words.terms 'uk'",
  fn = function(name)
    local rows = {}
    for i, t in ipairs(yardstick(name).terms) do
      rows[i] = { term = t.term, low = t.low, high = t.high, row = t.row }
    end
    return require "muster.init".table(rows, { "term", "low", "high", "row" })
  end,
}

-- == words to numbers ==================================================================================

-- Lower case, one space between words, none around.
local function plain(text)
  return (text:lower():gsub("[%s_-]+", " "):gsub("^ ", ""):gsub(" $", ""))
end

local function spellings(y)
  local list = {}
  for text in pairs(y.spelled) do
    list[#list + 1] = text
  end
  table.sort(list)
  return list
end

words.parse = define {
  name = "muster.words.parse", args = "text: string, yardstick: string", returns = "table",
  help = "What a term means under a yardstick: { term, low, high, row, yardstick }, low and high as fractions. below or above "
    .. "is true where that end is not part of the band. A term of another yardstick is an error that says so.",
  example = "return tostring(muster.words.parse('highly likely', 'uk'))",
  fn = function(text, name)
    local y, key = yardstick(name), plain(text)
    local found = y.spelled[key]
    if not found then
      local others = {}
      for _, other in ipairs(yardsticks.names) do
        if other ~= name and yardstick(other).spelled[key] then
          others[#others + 1] = ("%s (%s)"):format(other, band(yardstick(other).spelled[key].low, yardstick(other).spelled[key].high))
        end
      end
      fail("'%s' is no term of the yardstick '%s'%s%s", key, name,
        #others > 0 and "; it is one of " .. table.concat(others, ", ") or "", registry.suggest(key, spellings(y)))
    end
    local out = {}
    for k, v in pairs(found) do
      out[k] = v
    end
    out.rank = nil
    return setmetatable(out, band_meta)
  end,
}

-- == numbers to words ==================================================================================

-- 0.07 * 100 is not 7: ends are compared with room for rounding, far less than any yardstick resolves.
local ROOM = 1e-9

local function holds(t, p)
  local above_low = t.below and p > t.low + ROOM or not t.below and p >= t.low - ROOM
  local below_high = t.above and p < t.high - ROOM or not t.above and p <= t.high + ROOM
  return above_low and below_high
end

local function of_row(y, row)
  if row == nil then
    row = y.rows and y.rows[1]
  elseif not y.rows then
    fail("the yardstick '%s' has one row of terms, found row '%s'", y.name, row)
  else
    local known = false
    for _, r in ipairs(y.rows) do
      known = known or r == row
    end
    if not known then
      fail("no row '%s' in the yardstick '%s'%s; there are %s", row, y.name, registry.suggest(row, y.rows),
        table.concat(y.rows, ", "))
    end
  end
  local terms = {}
  for _, t in ipairs(y.terms) do
    if t.row == row then
      terms[#terms + 1] = t
    end
  end
  return terms
end

local function names_of(list)
  local names = {}
  for i, t in ipairs(list) do
    names[i] = t.term
  end
  return names
end

-- The narrowest terms that hold p: of bands inside each other the one that says most; of two that touch there, both.
local function at(terms, p)
  local found, least = {}, math.huge
  for _, t in ipairs(terms) do
    if holds(t, p) then
      found[#found + 1] = t
      least = math.min(least, t.high - t.low)
    end
  end
  local list = {}
  for _, t in ipairs(found) do
    local nested = false
    for _, other in ipairs(found) do
      nested = nested or other ~= t and t.low <= other.low and other.high <= t.high and other.high - other.low < t.high - t.low
    end
    if not nested then
      list[#list + 1] = t
    end
  end
  return list
end

local function neighbours(terms, p)
  local before, after
  for _, t in ipairs(terms) do
    if t.high <= p + ROOM and (not before or t.high >= before.high) then
      before = t
    end
    if t.low >= p - ROOM and (not after or t.low < after.low) then
      after = t
    end
  end
  return before, after
end

local function say_point(terms, p)
  local list = at(terms, p)
  if #list == 1 then
    return list[1].term, list
  elseif #list > 1 then
    return table.concat(names_of(list), " or ") .. (" (%s %% is in both)"):format(per_cent(p)), list
  end
  local before, after = neighbours(terms, p)
  if before and after then
    return ("between '%s' and '%s' (%s %% falls in the gap %s)"):format(before.term, after.term, per_cent(p),
      band(before.high, after.low)), {}
  elseif after then
    return ("less than '%s' (%s %% is below %s %%)"):format(after.term, per_cent(p), per_cent(after.low)), {}
  end
  return ("more than '%s' (%s %% is above %s %%)"):format(before.term, per_cent(p), per_cent(before.high)), {}
end

local function check_probability(v)
  if type(v) ~= "number" or not (v >= 0 and v <= 1) then
    fail("a probability is 0 to 1, found %s%s", type(v) == "number" and core.number(v) or registry.shown(v),
      type(v) == "number" and v > 1 and v <= 100 and ("; is %s in per cent?"):format(core.number(v)) or "")
  end
end

-- Terms of which more than an end lies within low to high; for a single number those that hold it.
local function reached(terms, low, high)
  if high - low <= ROOM then
    return at(terms, low)
  end
  local list = {}
  for _, t in ipairs(terms) do
    if math.min(t.high, high) - math.max(t.low, low) > ROOM or t.low == t.high and t.low >= low - ROOM and t.low <= high + ROOM then
      list[#list + 1] = t
    end
  end
  return list
end

-- What of low to high is in no term.
local function uncovered(terms, low, high)
  local gaps, from = {}, low
  local list = table.move(terms, 1, #terms, 1, {})
  table.sort(list, function(a, b) return a.low < b.low or a.low == b.low and a.rank < b.rank end)
  for _, t in ipairs(list) do
    if t.low > from + ROOM and from < high - ROOM then
      gaps[#gaps + 1] = { low = from, high = math.min(t.low, high) }
    end
    from = math.max(from, t.high)
  end
  if high - from > ROOM then
    gaps[#gaps + 1] = { low = from, high = high }
  end
  return gaps
end

words.say = define {
  name = "muster.words.say", args = "p: number|table, yardstick: string, row?: string", returns = "string, string[]",
  help = "A probability (or { low = , high = }) in words, and the list of terms. Where it falls between two terms or beyond "
    .. "the last one it says so, and the list is empty; where two bands touch it names both; of bands inside each other it "
    .. "takes the narrowest. An interval gives its first and last term. `row` chooses among rows that must not be mixed.",
  example = "return muster.words.say(0.83, 'icd203')",
  fn = function(p, name, row)
    local terms = of_row(yardstick(name), row)
    if type(p) == "number" then
      check_probability(p)
      local text, list = say_point(terms, p)
      return text, names_of(list)
    end
    check_probability(p.low)
    check_probability(p.high)
    if p.low > p.high then
      fail("an interval needs low <= high, found %s and %s", core.number(p.low), core.number(p.high))
    elseif p.high - p.low <= ROOM then
      local text, list = say_point(terms, p.low)
      return text, names_of(list)
    end
    local list = reached(terms, p.low, p.high)
    -- an end where two bands touch belongs to the one that the interval goes into
    local low_terms, high_terms = at(list, p.low), at(list, p.high)
    local before, after = (neighbours(terms, p.low)), select(2, neighbours(terms, p.high))
    local first = #low_terms > 0 and low_terms[#low_terms].term or before and ("above '%s'"):format(before.term)
    local last = #high_terms > 0 and high_terms[1].term or after and ("below '%s'"):format(after.term)
    if not first or not last then
      local known = first or last or "no term"
      return ("%s (%s reaches beyond the terms)"):format(known, band(p.low, p.high)), names_of(list)
    end
    return first == last and first or ("%s to %s"):format(first, last), names_of(list)
  end,
}

words.phrase = define {
  name = "muster.words.phrase", args = "p: number|table, yardstick: string, row?: string", returns = "string",
  help = "A probability for a report, words and number together: 'likely (62 %, icd203)'. Readers understand words with "
    .. "numbers beside them far better than words alone.",
  example = "return muster.words.phrase(0.62, 'icd203')",
  fn = function(p, name, row)
    local text = words.say(p, name, row):gsub(" %(.*%)$", "")
    local low, high = type(p) == "number" and p or p.low, type(p) == "number" and p or p.high
    return ("%s (%s, %s)"):format(text, band(low, high), name)
  end,
}

-- == words to words ====================================================================================

local translation_meta = {
  __name = "translation",
  __tostring = function(t)
    local parts = {}
    for i, term in ipairs(t.terms) do
      parts[i] = ("%s (%s)"):format(term.term, band(term.low, term.high))
    end
    local text = #parts > 0 and table.concat(parts, ", ") or "no term"
    for i, gap in ipairs(t.uncovered) do
      text = text .. (i == 1 and "; in no term: " or ", ") .. band(gap.low, gap.high)
    end
    return text
  end,
}

words.translate = define {
  name = "muster.words.translate", args = "term: string, from: string, to: string, row?: string", returns = "table",
  help = "The set of terms of another yardstick that a term reaches: fields terms (each with its band), low and high of the "
    .. "original, uncovered (what of it no term covers), exact (one term, with the same band).",
  example = "return tostring(muster.words.translate('highly likely', 'uk', 'icd203'))",
  fn = function(term, from, to, row)
    local t = words.parse(term, from)
    local y = yardstick(to)
    local list = reached(of_row(y, row), t.low, t.high)
    local out = { low = t.low, high = t.high, term = t.term, from = from, to = to, terms = {}, uncovered = uncovered(list, t.low, t.high) }
    for i, found in ipairs(list) do
      out.terms[i] = { term = found.term, low = found.low, high = found.high }
    end
    if #list == 0 and t.low == t.high then
      out.uncovered = { { low = t.low, high = t.high } }
    end
    out.exact = #list == 1 and list[1].low == t.low and list[1].high == t.high
    return setmetatable(out, translation_meta)
  end,
}

words.lint = define {
  name = "muster.words.lint", args = "text: string, yardstick?: string, options?: {original?: string}", returns = "Table",
  help = "What is wrong with the words of probability in a text, a row each: sentence (its number), rule, found, says. Rules: "
    .. "mixed_rows (two rows of one yardstick), confidence (with likelihood in one sentence), vague ('might' without a "
    .. "likelihood), other_yardstick, negated ('not likely' has no band), and against options.original softened and hardened. "
    .. "The yardstick is icd203 unless named.",
  example = "return muster.words.lint('We assess with high confidence that it is highly likely. They might withdraw.', 'icd203')",
  fn = function(text, name, options)
    local findings = require "muster.words.lint"(text, yardstick(name or "icd203"), (options or {}).original, yardstick)
    return require "muster.init".table(findings, { "sentence", "rule", "found", "says" })
  end,
}

return words
