-- order.lua - what is part of what: measures, contingents and places, and the claims by them.
--
-- Everything that the audit concludes rests on "X is at most Y": the dead are at most the dead or wounded, who is there
-- today is at most who was ever sent, a contingent is at most the force. The order is closed here, so that the rules find
-- contradictions over several steps without walking them.
local category = require "muster.category"

local order = {}

-- Whoever is lost, taken or there was sent before; the lattice of measures speaks of losses and of forces apart.
local function is_within(a, b)
  local relation = category.relation(a, b)
  return relation == "same" or relation == "within"
    or b == "dispatched" and (category.parts(a) ~= nil or category.within(a) ~= nil)
end

local function ancestors(value, within, top)
  local list, seen = { value }, { [value] = true }
  local i = 1
  while list[i] do
    local up = within[list[i]]
    for _, v in ipairs(type(up) == "table" and up or { up }) do
      if not seen[v] then
        seen[v], list[#list + 1] = true, v
      end
    end
    i = i + 1
  end
  if not seen[top] then
    list[#list + 1] = top
  end
  return list, seen
end

local Order = {}
Order.__index = Order

function Order:contingents(value)
  self.cont[value] = self.cont[value] or ancestors(value, self.within.contingent or {}, "all")
  return self.cont[value]
end

function Order:locations(value)
  self.loc[value] = self.loc[value] or ancestors(value, self.within.location or {}, "all")
  return self.loc[value]
end

-- The measures of these claims that hold everybody whom `measure` counts, itself among them.
function Order:wholes(measure)
  if not self.whole[measure] then
    local list = {}
    for _, other in ipairs(self.measures) do
      if other == measure or is_within(measure, other) then
        list[#list + 1] = other
      end
    end
    self.whole[measure] = list
  end
  return self.whole[measure]
end

local function contains(list, value)
  for _, v in ipairs(list) do
    if v == value then
      return true
    end
  end
  return false
end

function Order:measure_in(a, b) return a == b or contains(self:wholes(a), b) end
function Order:contingent_in(a, b) return a == b or contains(self:contingents(a), b) end
function Order:location_in(a, b) return a == b or contains(self:locations(a), b) end

-- Two contingents that are known to have nobody in common: named beside each other in one container.
function Order:said_apart(a, b)
  local w = self.within.contingent or {}
  return w[a] ~= nil and w[a] == w[b]
end

function Order:nested(a, b)
  return self:contingent_in(a, b) or self:contingent_in(b, a)
end

-- Claims with a number, by class (cum, inc, stk, plan), measure, contingent and place.
function order.new(claims, within)
  local self = setmetatable({ within = within or {}, cont = {}, loc = {}, whole = {}, series = {}, list = {}, all = claims,
    measures = {} }, Order)
  local known = {}
  for _, c in ipairs(claims) do
    if not known[c.measure] then
      known[c.measure], self.measures[#self.measures + 1] = true, c.measure
    end
    if c.nom then
      local key = table.concat({ c.class, c.measure, c.contingent, c.location }, "\31")
      local s = self.series[key]
      if not s then
        s = { class = c.class, measure = c.measure, contingent = c.contingent, location = c.location, claims = {} }
        self.series[key], self.list[#self.list + 1] = s, s
      end
      s.claims[#s.claims + 1] = c
    end
  end
  table.sort(self.measures)
  return self
end

function Order:find(class, measure, contingent, location)
  return self.series[table.concat({ class, measure, contingent, location }, "\31")]
end

-- The series of `class` that hold everybody whom the series `s` counts.
function Order:above(s, class)
  local list = {}
  for _, m in ipairs(self:wholes(s.measure)) do
    for _, c in ipairs(self:contingents(s.contingent)) do
      for _, l in ipairs(self:locations(s.location)) do
        local found = self:find(class, m, c, l)
        if found then
          list[#list + 1] = found
        end
      end
    end
  end
  return list
end

return order
