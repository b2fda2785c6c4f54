-- interval.lua - bounds that arithmetic keeps.
--
-- A claim implies an interval; so does everything worked out from claims. An interval here is a small Lua
-- value { low, high } with + - * / that give the bounds of every result the operands allow, so that
-- "more than 3,000 of 10,000-12,000" stays "at least 25 %". It widens and never narrows: two operands are
-- taken as unrelated, also when they are the same claim.
-- Source of the rules: R. E. Moore, Interval Analysis (1966).
local core = require "muster.core"
local muster = require "muster.init"
local registry = require "muster.base.registry"

local define, fail = registry.define, registry.fail
local interval = registry.module("muster.interval", "Bounds that arithmetic keeps: intervals of numbers, from claims or by hand.")
local meta = { __name = "interval" }

local function make(low, high)
  if low ~= low or high ~= high or low > high then
    fail("an interval needs low <= high, found %s and %s", core.number(low), core.number(high))
  end
  return setmetatable({ low = low, high = high }, meta)
end

-- A number, a Quantity, or anything with low and high.
local function of(v)
  if getmetatable(v) == meta then
    return v
  elseif type(v) == "number" then
    return make(v, v)
  elseif core.class(v) == "Quantity" or type(v) == "table" and type(v.low) == "number" and type(v.high) == "number" then
    return make(v.low, v.high)
  end
  fail("expected a number, a quantity or { low = , high = }, found a %s", core.class(v) or type(v))
end

-- 0 times a bound that is not there is 0: nobody of an unlimited number is nobody.
local function times(a, b)
  return (a == 0 or b == 0) and 0 or a * b
end

function meta.__add(a, b)
  a, b = of(a), of(b)
  return make(a.low + b.low, a.high + b.high)
end

-- Unbounded minus unbounded can be anything.
function meta.__sub(a, b)
  a, b = of(a), of(b)
  return make(b.high == math.huge and -math.huge or a.low - b.high, a.high == math.huge and math.huge or a.high - b.low)
end

function meta.__mul(a, b)
  a, b = of(a), of(b)
  local p, q, r, s = times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)
  return make(math.min(p, q, r, s), math.max(p, q, r, s))
end

-- Bounds that an empty denominator leaves open are open: x / [0, n] has no upper end.
function meta.__div(a, b)
  a, b = of(a), of(b)
  if b.low < 0 or b.high <= 0 then
    fail("a denominator must be above 0, found %s", tostring(b))
  elseif a.low < 0 then
    fail("a numerator must not be below 0, found %s", tostring(a))
  end
  return make(b.high == math.huge and 0 or a.low / b.high, b.low == 0 and math.huge or a.high / b.low)
end

function meta.__eq(a, b)
  return a.low == b.low and a.high == b.high
end

-- == how an interval is written =========================================================================

local function grouped(text)
  local sign, whole, rest = text:match "^(-?)(%d+)(.*)$"
  return sign .. whole:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "") .. rest
end

-- Three digits that count, whole numbers in full: 0.0384, 2.41, 36.4, 7,500.
local function number(v)
  if v == math.huge or v == -math.huge then
    return v > 0 and "unlimited" or "-unlimited"
  end
  local size = math.abs(v)
  if size >= 100 or v == math.floor(v) then
    return grouped(("%.0f"):format(v))
  end
  local places = size == 0 and 0 or math.max(0, 2 - math.floor(math.log(size, 10)))
  local text = ("%." .. places .. "f"):format(v)
  return text:find("%.", 1) and text:gsub("0+$", ""):gsub("%.$", "") or text
end

local function text(v, unit)
  unit = unit and " " .. unit or ""
  local scale = unit == " %" and 100 or 1
  local low, high = number(v.low * scale), number(v.high * scale)
  if scale == 100 and v.low > 0 and v.low < 1e-5 then
    low = "< 0.001"          -- of a share nobody needs more
  end
  if v.high == math.huge then
    return v.low <= 0 and "no bound" or "at least " .. low .. unit
  elseif low == high then
    return low .. unit
  elseif v.low == 0 then
    return "up to " .. high .. unit
  end
  return low .. (v.low < 0 and " to " or "-") .. high .. unit
end

function meta.__tostring(v)
  return text(v)
end

function meta.__concat(a, b)
  return tostring(a) .. tostring(b)
end

-- == functions ==========================================================================================

interval.of = define {
  name = "muster.interval.of", args = "value: number|Quantity|table, high?: number", returns = "table",
  help = "An interval from a number, a claim's figure, { low = , high = }, or two numbers; + - * / keep its bounds.",
  example = "return tostring(muster.interval.of(3001, math.huge) / muster.interval.of(10000, 12000))",
  fn = function(value, high)
    if high then
      return make(value, high)
    end
    return of(value)
  end,
}

interval.hull = define {
  name = "muster.interval.hull", args = "...: number|Quantity|table", returns = "table",
  help = "The smallest interval that holds all of them.",
  example = "return tostring(muster.interval.hull(3, 7, { low = 5, high = 9 }))",
  fn = function(...)
    local low, high = math.huge, -math.huge
    for _, v in ipairs { ... } do
      v = of(v)
      low, high = math.min(low, v.low), math.max(high, v.high)
    end
    return make(low, high)
  end,
}

interval.meet = define {
  name = "muster.interval.meet", args = "a: number|Quantity|table, b: number|Quantity|table", returns = "table?",
  help = "What two intervals have in common; nil when they exclude each other.",
  example = "return muster.interval.meet({ low = 6820, high = 7500 }, { low = 10000, high = 12000 }) == nil",
  fn = function(a, b)
    a, b = of(a), of(b)
    local low, high = math.max(a.low, b.low), math.min(a.high, b.high)
    return low <= high and make(low, high) or nil
  end,
}

interval.text = define {
  name = "muster.interval.text", args = "value: number|Quantity|table, unit?: string, yardstick?: string", returns = "string",
  help = "Bounds as words, three digits that count; the unit '%' multiplies by 100. A probability is followed by its words "
    .. "under a yardstick that is named (muster.words): '62 % (likely, icd203)'.",
  example = "return muster.interval.text({ low = 0.25, high = 0.3 }, '%', 'uk')",
  fn = function(value, unit, yardstick)
    value = of(value)
    if not yardstick then
      return text(value, unit)
    end
    local said = muster.words.say({ low = value.low, high = value.high }, yardstick):gsub(" %(.*%)$", "")
    return ("%s (%s, %s)"):format(text(value, unit), said, yardstick)
  end,
}

return interval
