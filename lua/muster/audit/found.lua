-- found.lua - one contradiction: what would have to be at most what, and by how much it is not.
--
-- Every rule ends in the same comparison: the sum of some lower bounds must not be above the sum of some upper bounds.
-- It is made on the hard readings ("cannot both be true") and on the soft ones ("unlikely together").
local read = require "muster.audit.read"

local found = { number = read.number }

local CANNOT, UNLIKELY, FAILED = "cannot both be true", "unlikely together", "did not come true"
found.CANNOT, found.UNLIKELY, found.FAILED = CANNOT, UNLIKELY, FAILED

-- Products of shares are not whole numbers; a difference in the last bits is none.
local close = 1e-9

-- A term is { c = claim, f = figure of a carrier?, s = share? }: the claim's figure, or the share of it.
local function value(term, key)
  local f = term.f or term.c
  return term.s and term.s[key] * f[key] or f[key]
end
found.value = value

local function total(terms, key)
  local sum = 0
  for _, term in ipairs(terms) do
    sum = sum + value(term, key)
  end
  return sum
end

local function above(a, b)
  return a > b + close * math.max(1, math.abs(b))
end

-- Terms that are not needed for the contradiction are dropped, the smallest first, so that what is left is minimal.
-- `keep` is a term that must stay.
local function needed(terms, high, key, keep)
  local list = table.move(terms, 1, #terms, 1, {})
  table.sort(list, function(a, b)
    local va, vb = value(a, key), value(b, key)
    if va ~= vb then
      return va < vb
    end
    return a.c.id < b.c.id
  end)
  local sum, i = total(list, key), 1
  while list[i] and #list > 1 do
    if list[i] ~= keep and above(sum - value(list[i], key), high) then
      sum = sum - value(list[i], key)
      table.remove(list, i)
    else
      i = i + 1
    end
  end
  return list
end

-- Of one claim a rule keeps at most so many partners, the worst; the others would say the same again. Where claims are very
-- many, so are those who say the same, and what is kept of all of them stays in bounds.
local most_partners, fewest_partners, kept = 24, 2, 40000

-- A rule's limit for the claims of `order`; `part` = how much of the whole limit.
function found.partners(order, part)
  return math.max(fewest_partners, math.min(most_partners, kept // math.max(1, #order.all)) // (part or 1))
end

local Collector = {}
Collector.__index = Collector

function found.new(claims, o)
  return setmetatable({ list = {}, claims = claims, o = o, by_set = {} }, Collector)
end

local function claim_set(terms, more)
  local ids, seen = {}, {}
  local function add(c)
    if c and not seen[c.id] then
      seen[c.id], ids[#ids + 1] = true, c.id
    end
  end
  for _, list in ipairs { terms, more } do
    for _, term in ipairs(list) do
      add(term.c)
      add(term.s and term.s.c)
    end
  end
  table.sort(ids)
  return ids
end

-- Keep one conflict for each set of claims: the graver verdict, then the rule that said so first.
local grave = { [CANNOT] = 3, [FAILED] = 2, [UNLIKELY] = 1 }
found.grave = grave

function Collector:keep(one)
  local key = table.concat(one.claims, ",")
  local old = self.by_set[key]
  if not old then
    self.list[#self.list + 1] = one
    self.by_set[key] = #self.list
  elseif grave[one.verdict] > grave[self.list[old].verdict] then
    self.list[old] = one
  end
end

-- The comparison: sum of `lows` <= sum of `highs`. options: soft = it can only be unlikely; keep = a term that stays;
-- sure = function(low terms, high terms) that says whether the hard verdict may stand; say = function(conflict) -> sentence.
function Collector:check(rule, lows, highs, options)
  local high = total(highs, "hi2")
  if not above(total(lows, "lo2"), high) then
    return nil
  end
  local hard_high = total(highs, "hi1")
  local hard = not options.soft and above(total(lows, "lo1"), hard_high)
  if #lows > 1 then
    lows = needed(lows, hard and hard_high or high, hard and "lo1" or "lo2", options.keep)
  end
  local low = total(lows, "lo2")
  if hard and options.sure then
    hard = options.sure(lows, highs)
  end
  local one = {
    rule = rule, verdict = hard and CANNOT or UNLIKELY, lows = lows, highs = highs, claims = claim_set(lows, highs),
    gap = low - high, low = low, high = high, low_nom = total(lows, "nom"), high_nom = total(highs, "nom"), say = options.say,
    kin = options.kin, pivots = options.pivots,
  }
  one.ratio = one.low_nom / math.max(1, one.high_nom)
  one.size = math.log(math.max(1.0001, low / math.max(1, high)))
  self:keep(one)
  return one
end

-- A conflict that is not a comparison of sums: { rule, verdict, claims = {claim, ...}, gap, ratio, sentence, repair }.
function Collector:add(one)
  local terms = {}
  for i, c in ipairs(one.claims) do
    terms[i] = { c = c }
  end
  one.claims = claim_set(terms, {})
  one.size = one.size or math.abs(math.log(math.max(1e-6, one.ratio or 1)))
  self:keep(one)
  return one
end

-- == words ==============================================================================================

function found.measure(m)
  return (m:gsub("_", " "))
end

-- "killed or wounded", "killed or wounded (engineers)"
function found.subject(c)
  return found.measure(c.measure) .. (c.contingent ~= "all" and (" (%s)"):format(found.measure(c.contingent)) or "")
end

local verbs = { cum = "", inc = " in addition", stk = "", plan = "" }

-- "rok_nis: about 600 killed by 30 April 2025"
function found.say_claim(c, f)
  local at = c.class == "cum" and "by " or c.class == "inc" and (c.s1 and "from " .. read.day(c.since) .. " to " or "on ") or "on "
  if c.month then
    at = c.class == "cum" and "by " or "in "
  end
  return ("%s %s%s %s%s (%s)"):format((f or c).text, found.subject(c), verbs[c.class], at, c.when, c.origin)
end

-- The end that decides, where it is not the printed number: " (at most 3,500)".
function found.bound(term, side, verdict)
  local v = value(term, side .. (verdict == CANNOT and "1" or "2"))
  local f = term.f or term.c
  if v == f.nom or v == math.huge then
    return ""
  end
  local soft = side == "hi" and (f.said == "at_least" or f.said == "more_than")
    or side == "lo" and (f.said == "up_to" or f.said == "as_many_as" or f.said == "less_than" or f.said == "nearly")
  return (" (%s%s %s)"):format(soft and "hardly " or "", side == "hi" and (soft and "above" or "at most") or (soft and "below" or "at least"),
    read.number(v))
end

return found
