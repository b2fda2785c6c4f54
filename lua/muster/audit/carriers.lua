-- carriers.lua - one claim, printed differently by those who carry it; and claims that contradict themselves.
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local carriers = {}

local function apart(a, b, low, high)
  return a[low] > b[high] or b[low] > a[high]
end

local upwards = { at_least = true, more_than = true }
local downwards = { up_to = true, as_many_as = true, less_than = true, nearly = true }

-- "More than 11,000" and "nearly 11,000": to the letter one of the two is wrong. "At least" and "up to" may meet.
local function above(a, b)
  local meet = a.said == "at_least" and (b.said == "up_to" or b.said == "as_many_as")
  return upwards[a.said] and downwards[b.said] and (a.low > b.high or not meet and a.nom >= b.nom)
end

local function opposite(a, b)
  return above(a, b) or above(b, a)
end

local function listed(texts)
  if #texts < 3 then
    return table.concat(texts, " and ")
  end
  return table.concat(texts, ", ", 1, #texts - 1) .. " and " .. texts[#texts]
end

-- The other claims of an origin on one day, by what they would be mistaken for.
local function by_origin_and_day(claims)
  local map = {}
  for _, c in ipairs(claims) do
    local key = c.origin .. "\31" .. c.d2
    map[key] = map[key] or {}
    table.insert(map[key], c)
  end
  return map
end

-- The claim of the same origin and day that has this number for something else, and what was then mistaken.
local function mistaken(c, f, around)
  for _, other in ipairs(around) do
    if other ~= c and other.nom == f.nom and other.measure ~= c.measure and other.contingent == c.contingent then
      return other
    end
  end
  return nil
end

local function check_carriers(c, around, out)
  local texts, hard, soft, least, greatest = {}, false, false, nil, nil
  for i, a in ipairs(c.figures) do
    texts[i] = a.text
    least = (not least or a.nom < least.nom) and a or least
    greatest = (not greatest or a.nom > greatest.nom) and a or greatest
    for j = i + 1, #c.figures do
      hard = hard or apart(a, c.figures[j], "lo1", "hi1") or opposite(a, c.figures[j])
      soft = soft or hard or apart(a, c.figures[j], "lo2", "hi2")
    end
  end
  if not soft then
    return
  end
  local sentence = ("one claim, printed as %s: %s, %s, %s."):format(listed(texts), found.subject(c), c.origin, c.when)
  local repair = {}
  for i = 2, #c.figures do
    local other = apart(c.figures[1], c.figures[i], "lo2", "hi2") and mistaken(c, c.figures[i], around)
    if other then
      sentence = sentence .. (" %s equals the figure for %s of the same origin and day: the one read as the other."):format(
        c.figures[i].text, found.measure(other.measure))
      repair[#repair + 1] = { claim = c.id, text = ("read '%s %s' as %s"):format(c.figures[i].text, found.measure(c.measure),
        found.measure(other.measure)) }
    end
  end
  repair[#repair + 1] = { claim = c.id, text = ("keep '%s', the best graded and earliest"):format(c.figures[1].text) }
  out:add { rule = "carriers", verdict = hard and found.CANNOT or found.UNLIKELY, claims = { c }, gap = greatest.nom - least.nom,
    ratio = greatest.nom / math.max(1, least.nom), sentence = sentence, repair = repair }
end

-- What describes a day after it was said, and is no plan, cannot be an observation.
local function check_date(c, out)
  if c.class ~= "plan" and c.reported and c.d1 > c.reported.days then
    out:add { rule = "date", verdict = found.CANNOT, claims = { c }, gap = c.d1 - c.reported.days, ratio = 1, size = 0.5,
      sentence = ("%s: reported on %s, %d day%s before the day that it describes."):format(found.say_claim(c),
        read.day(c.reported), c.d1 - c.reported.days, c.d1 - c.reported.days == 1 and "" or "s"),
      repair = { { claim = c.id, text = ("read the day as %s or earlier, or the claim as a plan"):format(read.day(c.reported)) } } }
  end
end

function carriers.run(order, out)
  local around = by_origin_and_day(order.all)
  for _, c in ipairs(order.all) do
    if #c.figures > 1 then
      check_carriers(c, around[c.origin .. "\31" .. c.d2], out)
    end
    if c.nom then
      check_date(c, out)
    end
  end
end

return carriers
