-- draws.lua - the class Draws: what any sampler drew, and what can be said of it.
local core = require "muster.core"
local draws = require "muster.base.draws"
local read = require "muster.base.read_draws"
local registry = require "muster.base.registry"

local define, fail = registry.define, registry.fail

local SHOWN = 40             -- quantities that print shows

local sample = "muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }"

local function named(one, format)
  return one and (format .. " (%s)"):format(one.value, one.name) or "-"
end

local function text(d)
  local s = draws.state(d)
  local shown = table.move(s.names, 1, math.min(SHOWN, #s.names), 1, {})
  local rows = draws.measured(draws.columns(s, shown), s.chains, draws.QUANTILES)
  local c = draws.check(s)
  local lines = { ("%d chain%s of %d draws, %d quantit%s"):format(s.chains, s.chains == 1 and "" or "s", s.iterations, #s.names,
    #s.names == 1 and "y" or "ies"), draws.summary_text(shown, rows, draws.QUANTILES) }
  if #s.names > SHOWN then
    lines[#lines + 1] = ("... and %d more: :summary() has all"):format(#s.names - SHOWN)
  end
  lines[#lines + 1] = ("largest R-hat %s, smallest effective sample size %s in the bulk, %s in the tails"):format(
    named(c.rhat, "%.3f"), named(c.ess_bulk, "%.0f"), named(c.ess_tail, "%.0f"))
  table.move(s.notes, 1, #s.notes, #lines + 1, lines)
  return table.concat(lines, "\n")
end

core.metamethod("Draws", "__tostring", text)

return function(muster)
  muster.draws = define {
    name = "muster.draws", args = "source: Table|table, options?: {chain?: string, draw?: string, names?: string[]}",
    returns = "Draws",
    help = "Draws of any sampler. The source is a Table with a row for each draw and a column for each quantity, or { chains = { ... } } "
      .. "with a Table, or values by name, for each chain. `chain` and `draw` name the columns that number them (else chain, .chain or "
      .. "CHAIN, and draw, .iteration or ITER; without a chain there is one). Stan's theta.1.2 becomes theta[1,2], and what ends in __ is "
      .. "the sampler's own. Chains of different lengths are cut to the shortest.",
    example = "return " .. sample,
    fn = function(source, options)
      options = options or {}
      if core.class(source) == "Table" then
        return read.table(source, options)
      elseif type(source) ~= "table" or type(source.chains) ~= "table" then
        fail("muster.draws: expected a Table, or { chains = { ... } }, found %s", registry.shown(source))
      end
      for key in pairs(source) do
        if key ~= "chains" then
          fail("muster.draws: no field '%s'%s", tostring(key), registry.suggest(key, { "chains" }))
        end
      end
      return read.chains(source.chains, options)
    end,
  }

  define {
    name = "Draws:quantities", args = "", returns = "string[]",
    help = "The names of the quantities, in the order of the columns.",
    example = "return " .. sample .. ":quantities()",
    fn = function(d)
      local s = draws.state(d)
      return table.move(s.names, 1, #s.names, 1, {})
    end,
  }

  define {
    name = "Draws:summary", args = "options?: {names?: string[], quantiles?: number[], digits?: \"supported\"|\"all\"}",
    returns = "Table",
    help = "A row for each quantity: name, mean and its Monte Carlo standard error (mcse_mean), sd, quantiles (q5, q50, q95), effective sample "
      .. "sizes and R-hat. Printed, numbers have the digits that their own Monte Carlo error supports, or all with digits = 'all'; the table itself "
      .. "has them whole. `names` picks quantities; theta stands for theta[1], theta[2] and so on.",
    example = "return " .. sample .. ":summary{ quantiles = { 0.25, 0.75 } }",
    fn = function(d, options)
      return draws.summary(draws.state(d), options or {}, "Draws:summary")
    end,
  }

  define {
    name = "Draws:diagnose", args = "name: string", returns = "table",
    help = "All that is known about one quantity, in full: mean, sd, mad, rhat (rank-normalised, split), rhat_basic, ess_bulk, ess_tail, ess_mean, "
      .. "ess_sd, ess_median, mcse_mean, mcse_sd, mcse_median. What the draws do not give is nil.",
    example = "return " .. sample .. ":diagnose('mu').rhat_basic",
    fn = function(d, name)
      local s, asked, labels = draws.state(d), {}, {}
      for _, m in ipairs { "mean", "sd", "mad", "rhat", "rhat_basic", "ess_bulk", "ess_tail", "ess_mean", "ess_sd", "mcse_mean", "mcse_sd" } do
        asked[#asked + 1], labels[#labels + 1] = { m }, m
      end
      for _, m in ipairs { "ess", "mcse" } do
        asked[#asked + 1], labels[#labels + 1] = { m .. "_quantile", 0.5 }, m .. "_median"
      end
      local out = {}
      for i, answer in ipairs(core.draws_ask({ draws.column(s, name, "Draws:diagnose") }, s.chains, asked)) do
        out[labels[i]] = answer[1]
      end
      return out
    end,
  }

  define {
    name = "Draws:quantile", args = "name: string, p: number", returns = "number?, number?, number?",
    help = "A quantile of one quantity, its Monte Carlo standard error and its effective sample size.",
    example = "return (" .. sample .. ":quantile('mu', 0.5))",
    fn = function(d, name, p)
      if not (p >= 0 and p <= 1) then
        fail("Draws:quantile: a quantile is between 0 and 1, found %s", core.number(p))
      end
      local s = draws.state(d)
      local a = core.draws_ask({ draws.column(s, name, "Draws:quantile") }, s.chains,
        { { "quantile", p }, { "mcse_quantile", p }, { "ess_quantile", p } })
      return a[1][1], a[2][1], a[3][1]
    end,
  }

  define {
    name = "Draws:check", args = "", returns = "table",
    help = "The numbers on which it depends whether the draws can be used: rhat, ess_bulk and ess_tail, each { name, value } of the worst "
      .. "quantity; `constant` and `unusable`, names of quantities that never vary or have draws that are no numbers; draws, how many "
      .. "there are; ebfmi of each chain and divergences, where the sampler wrote energy__ and divergent__.",
    example = "return " .. sample .. ":check().rhat.name",
    fn = function(d)
      return draws.check(draws.state(d))
    end,
  }

  define {
    name = "Draws:column", args = "name: string", returns = "Column",
    help = "The draws of one quantity, chain after chain.",
    example = "return #" .. sample .. ":column 'mu'",
    fn = function(d, name)
      return draws.column(draws.state(d), name, "Draws:column")
    end,
  }

  define {
    name = "Draws:array", args = "name: string", returns = "table",
    help = "The draws of one quantity as Lua arrays, one for each chain.",
    example = "return #" .. sample .. ":array('mu')[2]",
    fn = function(d, name)
      local s, out = draws.state(d), {}
      local column = draws.column(s, name, "Draws:array")
      for c = 1, s.chains do
        out[c] = {}
        for i = 1, s.iterations do
          out[c][i] = column[(c - 1) * s.iterations + i]
        end
      end
      return out
    end,
  }

  define {
    name = "Draws:table", args = "options?: {names?: string[]}", returns = "Table",
    help = "The draws as a table: chain, draw, and a column for each quantity (or those of `names`).",
    example = "return " .. sample .. ":table():head(3)",
    fn = function(d, options)
      local s = draws.state(d)
      local names = draws.select(s, options and options.names, "Draws:table")
      local values, order = { chain = {}, draw = {} }, { "chain", "draw" }
      if s.at.chain or s.at.draw then
        fail("Draws:table: a quantity is called '%s', as the column that numbers them", s.at.chain and "chain" or "draw")
      end
      for i = 1, s.chains * s.iterations do
        values.chain[i], values.draw[i] = (i - 1) // s.iterations + 1, (i - 1) % s.iterations + 1
      end
      for i, column in ipairs(draws.columns(s, names)) do
        values[names[i]], order[#order + 1] = column, names[i]
      end
      return muster.table(values, order)
    end,
  }
end
