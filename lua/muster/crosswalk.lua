-- crosswalk.lua - from one measure to another by a share that somebody has to answer for.
--
-- "How many of the casualties were killed" is no arithmetic: it needs a share, and nobody knows it exactly. A crosswalk is that share as an
-- object: between two bounds, with its source, of one measure in another that contains it. Applied to a figure it gives a figure with
-- both uncertainties in it; nothing does it silently.
local core = require "muster.core"
local registry = require "muster.base.registry"

local define, fail = registry.define, registry.fail

local methods = {}
local meta = { __name = "muster.Crosswalk", __index = methods }

local record = {
  name = "muster.crosswalk", returns = "table",
  args = "of: {from: string, to: string, low: number, high: number, source?: string}",
  help = "What share of one measure (`from`) another one (`to`), a part of it, is: between low and high, by a source. Fields from, to, low, high, "
    .. "source, share (a Quantity); cw:apply(figure) goes from whole to part and back, and `figure * $cw` does it in expressions.",
  example = "return muster.crosswalk{ from = 'killed_or_wounded', to = 'killed', low = 0.1, high = 0.4, source = 'an example' }",
}

function record.fn(of)
  local relation = core.category(of.to, of.from)
  if relation == "same" then
    fail("muster.crosswalk: '%s' and '%s' count the same", of.from, of.to)
  elseif relation ~= "within" then
    fail("muster.crosswalk: '%s' is not known to be within '%s'%s", of.to, of.from,
      relation == "contains" and "; it contains it: turn from and to around" or "")
  elseif not (of.low >= 0 and of.high <= 1 and of.low <= of.high) then
    fail("muster.crosswalk: a share is between 0 and 1, and low is at most high; found low %s and high %s",
      core.number(of.low), core.number(of.high))
  end
  local share = core.quantity { qualifier = "range", low = of.low, high = of.high, measure = of.to, base = of.from }
  return setmetatable({ from = of.from, to = of.to, low = of.low, high = of.high, source = of.source, share = share }, meta)
end

function meta:__tostring()
  return ("%s are %s-%s %% of %s (%s)"):format(self.to, core.number(100 * self.low), core.number(100 * self.high), self.from,
    self.source or "no source is given")
end

local call = define(record)
local crosswalk = registry.describe(setmetatable({}, {
  __call = function(_, ...) return call(...) end,
  __name = "muster.crosswalk",
}), record)

crosswalk.apply = define {
  name = "muster.crosswalk.apply", args = "crosswalk: table, figure: Quantity", returns = "Quantity",
  help = "A figure of the whole as one of the part, or of the part as one of the whole, with the bounds of both. cw:apply(figure) is the same.",
  example = "local cw = muster.crosswalk{ from = 'killed_or_wounded', to = 'killed', low = 0.1, high = 0.4, source = 'an example' }\n"
    .. "return cw:apply(muster.quantity{ best = 3000, measure = 'killed_or_wounded' })",
  fn = function(cw, figure)
    if getmetatable(cw) ~= meta then
      fail("muster.crosswalk.apply: expected a crosswalk, as muster.crosswalk{...} gives it")
    end
    local measure = figure.measure or ""
    if figure.base then
      fail("muster.crosswalk.apply: '%s' is a share of %s; a crosswalk takes a count", tostring(figure), figure.base)
    elseif core.category(measure, cw.from) == "same" then
      return figure * cw.share
    elseif core.category(measure, cw.to) == "same" then
      return figure / cw.share
    end
    fail("muster.crosswalk.apply: a figure of '%s' is neither of '%s' nor of '%s'", measure, cw.from, cw.to)
  end,
}
methods.apply = crosswalk.apply

return crosswalk
