-- lint.lua - faults in how a text words probabilities.
--
-- ICD 203 asks for terms of one row, and for no confidence level in the sentence of a likelihood; both it and the British
-- yardstick rule out "might" and its like, which name no probability at all. Terms are looked for longest first, so that
-- "very unlikely" is not also "unlikely". A text is plain English prose; a quotation is linted like the rest.
local yardsticks = require "muster.words.yardsticks"

-- "may" is a month too: with a capital inside a sentence, or before a number.
local VAGUE = { "might", "may", "could", "possibly", "perhaps", "maybe", "conceivably", "cannot rule out", "can not rule out",
  "cannot be ruled out", "cannot be excluded", "cannot exclude" }
local CONFIDENCE = { "high confidence", "moderate confidence", "medium confidence", "low confidence", "confidence is high",
  "confidence is moderate", "confidence is low", "confidence level" }

-- Sentences with where each begins; a point between digits (3.5) or after one letter (U.S.) ends none.
local function sentences(text)
  local list, from = {}, 1
  for at, stop in text:gmatch "()[.!?\n]+()" do
    local before, after = text:sub(math.max(1, at - 2), at - 1), text:sub(stop, stop)
    local inside = after:find "^[%w,]" or before:find "^[%.%s]?%u$" and text:sub(at, at) == "."
    if text:sub(at, stop - 1):find "\n\n" or not (inside or text:sub(at, at) == "\n") then
      list[#list + 1] = text:sub(from, stop - 1)
      from = stop
    end
  end
  if text:sub(from):find "%S" then
    list[#list + 1] = text:sub(from)
  end
  return list
end

local function blank(text, from, to)
  return text:sub(1, from - 1) .. (" "):rep(to - from + 1) .. text:sub(to + 1)
end

-- Where `word` stands in `text` as a word; letters beyond ASCII count as letters.
local function find_word(text, word, from)
  while true do
    local a, b = text:find(word, from, true)
    if not a then
      return nil
    end
    if not text:sub(a - 1, a - 1):find "[%w\128-\255]" or a == 1 then
      if not text:sub(b + 1, b + 1):find "[%w\128-\255]" then
        return a, b
      end
    end
    from = a + 1
  end
end

-- Every spelling of every yardstick, longest first; of one length in the order of the alphabet.
local function all_spellings(get)
  local list, seen = {}, {}
  for _, name in ipairs(yardsticks.names) do
    for text in pairs(get(name).spelled) do
      if not seen[text] then
        seen[text] = true
        list[#list + 1] = text
      end
    end
  end
  table.sort(list, function(a, b) return #a > #b or #a == #b and a < b end)
  return list
end

local function owners(spelling, get)
  local list = {}
  for _, name in ipairs(yardsticks.names) do
    if get(name).spelled[spelling] then
      list[#list + 1] = name
    end
  end
  return list
end

-- Terms of any yardstick in one sentence: { spelling, negated }. What is found is blanked, so that no part counts twice.
local function terms_in(sentence, spellings, y)
  local text, list = sentence:lower():gsub("[\n\t\r]", " "):gsub("(%a)%-(%a)", "%1 %2"), {}
  for _, spelling in ipairs(spellings) do
    -- a French word or "certain" in English prose is no term of a yardstick that was not asked for
    local common = spelling == "certain" or spelling == "impossible" or spelling == "remote" or spelling == "certainty"
    if y.spelled[spelling] or not common then
      local from = 1
      while true do
        local a, b = find_word(text, spelling, from)
        if not a then
          break
        end
        local negated = text:sub(1, a - 1):find "%f[%w]not%s+$" ~= nil or text:sub(1, a - 1):find "n't%s+$" ~= nil
        list[#list + 1] = { spelling = spelling, at = a, negated = negated }
        text, from = blank(text, a, b), b + 1
      end
    end
  end
  table.sort(list, function(p, q) return p.at < q.at end)
  return list, text
end

local function vague_in(sentence, rest)
  for _, word in ipairs(VAGUE) do
    local from = 1
    while true do
      local a, b = find_word(rest, word, from)
      if not a then
        break
      end
      local month = word == "may" and sentence:sub(a, a) == "M"
        and (sentence:sub(b + 1):find "^%s+%d" or sentence:sub(1, a - 1):find "%S")
      if not month then
        return word
      end
      from = b + 1
    end
  end
end

local function per_cent(t)
  return ("%g-%g %%"):format(t.low * 100, t.high * 100)
end

-- How far a band's middle is from even; above or below it.
local function strength(t)
  local middle = (t.low + t.high) / 2 - 0.5
  return math.abs(middle), middle >= 0
end

-- Terms of y that a text uses, the negated ones apart, each once.
local function used(text, spellings, y)
  local list, seen = {}, {}
  for _, sentence in ipairs(sentences(text)) do
    for _, found in ipairs((terms_in(sentence, spellings, y))) do
      local t = y.spelled[found.spelling]
      if t and not found.negated and not seen[t.term] then
        seen[t.term] = true
        list[#list + 1] = t
      end
    end
  end
  return list, seen
end

-- Without an alignment of sentences all that can be said is: this term is not in the original, and what the original says
-- on that side of even is weaker or stronger.
local function compare(t, original)
  local own, side = strength(t)
  local nearest
  for _, o in ipairs(original) do
    local other, its_side = strength(o)
    if its_side == side and (not nearest or math.abs(other - own) < math.abs((strength(nearest)) - own)) then
      nearest = o
    end
  end
  if nearest and (strength(nearest)) ~= own then
    return own < (strength(nearest)) and "softened" or "hardened", nearest
  end
end

return function(text, y, original, get)
  local findings, spellings = {}, all_spellings(get)
  local from_original, in_original = {}, {}
  if original then
    from_original, in_original = used(original, spellings, y)
  end
  local function add(n, rule, found, says, ...)
    findings[#findings + 1] = { sentence = n, rule = rule, found = found, says = says:format(...) }
  end
  local rows, first_row = {}, nil
  for n, sentence in ipairs(sentences(text)) do
    local list, rest = terms_in(sentence, spellings, y)
    for _, found in ipairs(list) do
      local t = y.spelled[found.spelling]
      if found.negated and t then
        add(n, "negated", "not " .. found.spelling, "a negated term has no band: write the term for the other side")
      end
      if not t then
        local of = owners(found.spelling, get)
        add(n, "other_yardstick", found.spelling, "a term of %s (%s), not of %s", table.concat(of, ", "),
          per_cent(get(of[1]).spelled[found.spelling]), y.name)
      elseif t.row and first_row and t.row ~= first_row and not rows[t.row] then
        rows[t.row] = true
        add(n, "mixed_rows", found.spelling, "a term of the row '%s' after terms of the row '%s'", t.row, first_row)
      end
      if t and t.row and not first_row then
        first_row = t.row
      end
      if t and original and not in_original[t.term] and not found.negated then
        local verdict, nearest = compare(t, from_original)
        if verdict then
          add(n, verdict, found.spelling, "the original says '%s' (%s), this '%s' (%s)", nearest.term, per_cent(nearest), t.term,
            per_cent(t))
        end
      end
    end
    if #list > 0 then
      for _, phrase in ipairs(CONFIDENCE) do
        if find_word(rest, phrase, 1) then
          add(n, "confidence", phrase, "confidence is about the basis of a judgement, likelihood ('%s') about the event: two sentences",
            list[1].spelling)
          break
        end
      end
    else
      local word = vague_in(sentence, rest)
      if word then
        add(n, "vague", word, "names no probability: say how likely, in a term of %s", y.name)
      end
    end
  end
  return findings
end
