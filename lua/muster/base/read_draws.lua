-- read_draws.lua - draws out of tables as samplers and their programs write them: Stan, JAGS, the R package posterior.
--
-- All that is read ends as one table, chain after chain, each of the same length, in the order of its draws.
local core = require "muster.core"
local draws = require "muster.base.draws"
local registry = require "muster.base.registry"

local fail = registry.fail
local read = {}

-- What columns of numbers of chains and of draws within a chain are called where nobody says.
local chain_names = { "chain", ".chain", "CHAIN", "chain__" }
local draw_names = { "draw", ".iteration", "iteration", "ITER", "iter", "draw__" }
-- A number over all chains, that says no more than those two.
local running_names = { ".draw" }

local numeric = { int64 = true, float64 = true, bool = true }

local function known_of(t)
  local known = {}
  for _, name in ipairs(t:names()) do
    known[name] = true
  end
  return known
end

local function pick(t, known, given, candidates, option)
  if given then
    if not known[given] then
      fail("muster.draws: option '%s': the table has no column '%s'%s", option, given, registry.suggest(given, t:names()))
    end
    return given
  end
  for _, name in ipairs(candidates) do
    if known[name] then
      return name
    end
  end
end

-- theta.1.2, as Stan's files have it, is theta[1,2].
local function plain_name(name)
  local base, places = name:match "^([%a_][%w_]*)%.(%d[%d.]*)$"
  return base and not places:find "%.$" and not places:find "%.%." and base .. "[" .. places:gsub("%.", ",") .. "]" or name
end

-- What a sampler writes about itself ends in two underscores; lp__ is the log density, a quantity like others.
local function of_sampler(name)
  return name:find "__$" and name ~= "lp__"
end

local function describe_lengths(lengths)
  local list = {}
  for i, n in ipairs(lengths) do
    list[i] = core.number(n)
  end
  return table.concat(list, ", ")
end

-- Draws of a table in which chain c has the rows rows[c], in order.
local function assemble(t, rows, names)
  local shortest, longest, lengths = math.huge, 0, {}
  for c, list in ipairs(rows) do
    lengths[c] = #list
    shortest, longest = math.min(shortest, #list), math.max(longest, #list)
  end
  if #rows == 0 or shortest == 0 then
    fail "muster.draws: there are no draws"
  end
  local notes, all, straight = {}, {}, true
  if longest > shortest then
    notes[1] = ("the chains have %s draws: the first %d of each are kept"):format(describe_lengths(lengths), shortest)
    core.complain("muster.draws: " .. notes[1])
  end
  for _, list in ipairs(rows) do
    for i = 1, shortest do
      all[#all + 1] = list[i]
      straight = straight and list[i] == #all
    end
  end
  local chosen = straight and #all == #t and t or t:take(all)
  local s = { names = {}, columns = {}, chains = #rows, iterations = shortest, notes = notes, sampler = {} }
  local seen = {}
  for _, name in ipairs(names) do
    local column, plain = chosen:column(name), plain_name(name)
    if not numeric[column:type()] then
      fail("muster.draws: column '%s' is of type %s, and draws are numbers; `names` says which columns are draws", name, column:type())
    elseif seen[plain] then
      fail("muster.draws: '%s' and '%s' are the same quantity", seen[plain], name)
    end
    seen[plain] = name
    if of_sampler(name) then
      s.sampler[name] = column
    else
      s.names[#s.names + 1], s.columns[#s.columns + 1] = plain, column
    end
  end
  if #s.names == 0 then
    fail "muster.draws: the table has no column of draws"
  end
  return draws.new(s)
end

-- The rows of each value of the column; chains that have numbers in order of these, others in order of first appearance.
local function split_rows(t, chain)
  local by, order = {}, {}
  if not chain then
    local list = {}
    for i = 1, #t do
      list[i] = i
    end
    return { list }
  end
  local column = t:column(chain)
  for i = 1, #column do
    local value = column[i]
    if value == nil then
      fail("muster.draws: row %d has no chain", i)
    end
    local key = tostring(value)
    if not by[key] then
      by[key] = { value = value, rows = {} }
      order[#order + 1] = by[key]
    end
    table.insert(by[key].rows, i)
  end
  if numeric[column:type()] and column:type() ~= "bool" then
    table.sort(order, function(a, b) return a.value < b.value end)
  end
  for c, one in ipairs(order) do
    order[c] = one.rows
  end
  return order
end

local function sort_rows(t, rows, draw)
  local column = t:column(draw)
  if column:type() ~= "int64" and column:type() ~= "float64" then
    fail("muster.draws: column '%s' numbers the draws of a chain, and is of type %s", draw, column:type())
  end
  for _, list in ipairs(rows) do
    local sorted, number = true, {}
    for i, r in ipairs(list) do
      number[r] = column[r]
      if not number[r] then
        fail("muster.draws: row %d has no number of its draw ('%s')", r, draw)
      end
      sorted = sorted and (i == 1 or number[list[i - 1]] < number[r])
    end
    if not sorted then
      table.sort(list, function(a, b) return number[a] < number[b] end)
      for i = 2, #list do
        if number[list[i]] == number[list[i - 1]] then
          fail("muster.draws: rows %d and %d are the same draw of one chain (%s %s): which column has the chain? `chain` says it",
            math.min(list[i], list[i - 1]), math.max(list[i], list[i - 1]), draw, core.number(number[list[i]]))
        end
      end
    end
  end
end

-- A table with a row for each draw.
function read.table(t, options)
  local known = known_of(t)
  local chain = pick(t, known, options.chain, chain_names, "chain")
  local draw = pick(t, known, options.draw, draw_names, "draw")
  local rows = split_rows(t, chain)
  if draw then
    sort_rows(t, rows, draw)
  end
  local names = options.names
  if not names then
    local skip = { [chain or false] = true, [draw or false] = true }
    for _, name in ipairs(running_names) do
      skip[name] = true
    end
    names = {}
    for _, name in ipairs(t:names()) do
      names[#names + 1] = not skip[name] and name or nil
    end
  else
    for _, name in ipairs(names) do
      if not known[name] then
        fail("muster.draws: option 'names': the table has no column '%s'%s", name, registry.suggest(name, t:names()))
      end
    end
  end
  return assemble(t, rows, names)
end

-- A list of chains, each a Table or values by name.
function read.chains(list, options)
  local muster = require "muster.init"
  local tables, rows, base = {}, {}, 0
  for c, chain in ipairs(list) do
    if core.class(chain) ~= "Table" and type(chain) ~= "table" then
      fail("muster.draws: chain %d is a %s: expected a Table, or values by name", c, type(chain))
    end
    tables[c] = core.class(chain) == "Table" and chain or muster.table(chain)
    local known = known_of(tables[c])
    for _, name in ipairs(tables[1]:names()) do
      if not known[name] then
        fail("muster.draws: chain %d has no '%s', which chain 1 has", c, name)
      end
    end
    if #tables[c]:names() > #tables[1]:names() then
      fail("muster.draws: chain %d has quantities that chain 1 has not", c)
    end
    rows[c] = {}
    for i = 1, #tables[c] do
      rows[c][i] = base + i
    end
    base = base + #tables[c]
  end
  if #tables == 0 then
    fail "muster.draws: there are no chains"
  end
  local all = #tables == 1 and tables[1] or tables[1]:union(table.unpack(tables, 2))
  local known, names = known_of(all), options.names
  if not names then
    names = {}
    local skip = { [pick(all, known, options.chain, chain_names, "chain") or false] = true,
      [pick(all, known, options.draw, draw_names, "draw") or false] = true }
    for _, name in ipairs(all:names()) do
      names[#names + 1] = not skip[name] and name or nil
    end
  end
  return assemble(all, rows, names)
end

return read
