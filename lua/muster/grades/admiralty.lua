-- admiralty.lua - the letters of sources and the numbers of claims, and published ways to turn them into numbers.
--
-- F and 6 say that something cannot be judged. They are no level below E and 5, and no comparison here takes them for one.
local core = require "muster.core"
local registry = require "muster.base.registry"

local admiralty = {}
local fail = registry.fail

admiralty.letters = { "A", "B", "C", "D", "E", "F" }
admiralty.letter_says = {
  A = "completely reliable", B = "usually reliable", C = "fairly reliable", D = "not usually reliable", E = "unreliable",
  F = "reliability cannot be judged",
}
admiralty.number_says = { "confirmed by other sources", "probably true", "possibly true", "doubtful", "improbable",
  "truth cannot be judged" }

admiralty.rank = { A = 1, B = 2, C = 3, D = 4, E = 5 }

local call = "letter and number are two arguments, as in graded('B', 2)"

-- The letter of a level, A to E.
function admiralty.check_letter(v, who)
  if v == "F" then
    fail("%s: 'F' says that a source cannot be judged, it is no level; allowed: A, B, C, D, E, and unjudged = 'keep' keeps it", who)
  elseif type(v) == "string" and v:find "^[A-Fa-f][1-6]$" then
    fail("%s: '%s' is a letter and a number; %s", who, v, call)
  elseif not admiralty.rank[v] then
    local upper = type(v) == "string" and admiralty.rank[v:upper()] and v:upper()
    fail("%s: expected the letter of a source, A to E, found %s%s", who, registry.shown(v),
      upper and ("; did you mean '%s'?"):format(upper) or type(v) == "number" and "; " .. call or "")
  end
  return v
end

function admiralty.check_number(v, who)
  local n = math.tointeger(type(v) == "string" and tonumber(v) or v)
  if n == 6 then
    fail("%s: 6 says that a claim cannot be judged, it is no level; allowed: 1 to 5, and unjudged = 'keep' keeps it", who)
  elseif type(v) ~= "number" or not n or n < 1 or n > 5 then
    fail("%s: expected the number of a claim, 1 to 5, found %s%s", who, registry.shown(v),
      n and n >= 1 and n <= 5 and ("; did you mean %d?"):format(n) or type(v) == "string" and "; " .. call or "")
  end
  return n
end

-- == scales ============================================================================================

-- 0 to 100. What a scale leaves out has no number there.
local scales = {
  misp = {
    title = "MISP admiralty-scale taxonomy, version 5",
    source = "MISP project, misp-taxonomies, admiralty-scale/machinetag.json, numerical_value of each entry",
    about = "Equal steps; what cannot be judged counts as 50.",
    letters = { A = 100, B = 75, C = 50, D = 25, E = 0, F = 50 },
    numbers = { 100, 75, 50, 25, 0, 50 },
  },
  stix = {
    title = "STIX 2.1 confidence scale, Admiralty Credibility",
    source = "OASIS, STIX Version 2.1, appendix on confidence scales, as in the stix2 library (confidence.scales)",
    about = "Numbers of claims only: confidence is not trust in other producers. What cannot be judged has no value.",
    numbers = { 90, 70, 50, 30, 10 },
  },
}
admiralty.scale_names = { "misp", "stix" }

local function check_values(name, what, values, keys)
  for key, v in pairs(values) do
    if not keys[key] then
      fail("scale '%s': %s: no grade '%s'", name, what, tostring(key))
    elseif type(v) ~= "number" or not (v >= 0 and v <= 100) then
      fail("scale '%s': %s: %s should be 0 to 100, found %s", name, what, tostring(key), registry.shown(v))
    end
  end
  for k = 1, #admiralty.letters - 2 do
    local a = what == "letters" and admiralty.letters[k] or k
    local b = what == "letters" and admiralty.letters[k + 1] or k + 1
    if values[a] and values[b] and values[a] < values[b] then
      fail("scale '%s': %s: %s is above %s, and has the smaller number", name, what, tostring(a), tostring(b))
    end
  end
end

-- By name, or a table of one's own in the same form.
function admiralty.scale(given)
  if type(given) == "table" then
    local name = given.name or "own"
    if not given.letters and not given.numbers then
      fail("scale '%s': expected letters = { A = ... } or numbers = { ... }", name)
    end
    check_values(name, "letters", given.letters or {}, admiralty.letter_says)
    check_values(name, "numbers", given.numbers or {}, admiralty.number_says)
    return { name = name, title = given.title or "own scale", source = given.source or "the script", about = given.about or "",
      letters = given.letters, numbers = given.numbers }
  end
  local scale = scales[given]
  if not scale then
    fail("no scale '%s'%s; there are %s, or give a table { name =, letters =, numbers =, source = }", tostring(given),
      registry.suggest(given, admiralty.scale_names), table.concat(admiralty.scale_names, ", "))
  end
  local copy = { name = given }
  for k, v in pairs(scale) do
    copy[k] = v
  end
  return copy
end

-- The letter whose value is nearest to a share of claims that held; of two equally near the worse.
function admiralty.letter_of(share, scale)
  local best, distance
  for _, letter in ipairs(admiralty.letters) do
    local v = letter ~= "F" and scale.letters[letter]
    if v and (not best or math.abs(v - 100 * share) <= distance) then
      best, distance = letter, math.abs(v - 100 * share)
    end
  end
  return best
end

-- == who is graded =====================================================================================

-- The sources that a table of claims was loaded with, or those given; letters are in their column reliability.
function admiralty.sources(t, given, who)
  local sources = given or (core.extras(t) or {}).sources
  if not sources then
    fail("%s: letters are of sources, and this table knows none: load it with its sources.csv, or give option 'sources'", who)
  end
  admiralty.need(sources, who, "source_id", "reliability")
  return sources
end

function admiralty.need(t, who, ...)
  local known = {}
  for _, name in ipairs(t:names()) do
    known[name] = true
  end
  for _, name in ipairs { ... } do
    if not known[name] then
      fail("%s: the table has no column '%s'%s", who, name, registry.suggest(name, t:names()))
    end
  end
end

return admiralty
