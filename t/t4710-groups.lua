-- group_by and aggregates against lists of the values of each group.
local lu = require "lu"
local naive = require "naive"

-- The values of a column in these rows that are not missing.
local function values(rows, name)
  local out = {}
  for _, row in ipairs(rows) do
    out[#out + 1] = row[name]
  end
  return out
end

local function sum(v)
  if #v == 0 then
    return nil
  end
  local s = 0
  for _, x in ipairs(v) do
    s = s + x
  end
  return s
end

local function quantile(v, p)
  if #v == 0 then
    return nil
  end
  local sorted = {}
  for i, x in ipairs(v) do
    if x ~= x then
      return x
    end
    sorted[i] = x + 0.0
  end
  table.sort(sorted)
  local h = (#sorted - 1) * p
  local low = math.floor(h)
  local a, b = sorted[low + 1], sorted[math.min(low + 2, #sorted)]
  return a == b and a or h == low and a or a + (h - low) * (b - a)
end

local function variance(v)
  if #v < 2 then
    return nil
  end
  local mean, s = sum(v) / #v, 0
  for _, x in ipairs(v) do
    s = s + (x - mean) ^ 2
  end
  return s / (#v - 1)
end

local function extreme(v, greatest)
  local best
  for _, x in ipairs(v) do
    local better = true
    if best ~= nil then
      better = greatest and (naive.before(best, x)) or not greatest and (naive.before(x, best))
    end
    if better then
      best = x
    end
  end
  return best
end

local function distinct(v)
  local seen, n = {}, 0
  for _, x in ipairs(v) do
    local key = naive.key(x)
    if not seen[key] then
      seen[key], n = true, n + 1
    end
  end
  return n
end

local function count_true(v)
  local n = 0
  for _, x in ipairs(v) do
    n = n + (x and 1 or 0)
  end
  return n
end

-- what stands in agg, and what it is of the rows of a group
local aggregates = {
  { "count()", function(r) return #r end },
  { "count_if(b)", function(r) return count_true(values(r, "b")) end },
  { "count_if(i > 0 and b)", function(r)
    local n = 0
    for _, row in ipairs(r) do
      n = n + (row.i and row.i > 0 and row.b and 1 or 0)
    end
    return n
  end },
  { "any(b)", function(r) local v = values(r, "b"); if #v > 0 then return count_true(v) > 0 end end },
  { "all(b)", function(r) local v = values(r, "b"); if #v > 0 then return count_true(v) == #v end end },
  { "sum(i)", function(r) return sum(values(r, "i")) end },
  { "sum(x)", function(r) local s = sum(values(r, "x")); return s and s + 0.0 end },
  { "sum(f)", function(r) return sum(values(r, "f")) end, true },
  { "sum(2 * i + 1)", function(r) local v = values(r, "i"); return #v > 0 and 2 * sum(v) + #v or nil end },
  { "weighted_mean(x, i)", function(r)
    local s, w = 0, 0
    for _, row in ipairs(r) do
      if row.x and row.i then
        s, w = s + row.x * row.i, w + row.i
      end
    end
    local any = false
    for _, row in ipairs(r) do
      any = any or (row.x ~= nil and row.i ~= nil)
    end
    if any then
      return s / w
    end
  end, true },
  { "sum(i) / count()", function(r) local s = sum(values(r, "i")); return s and s / #r end },
  { "coalesce(max(i), 0) - coalesce(min(i), 0)", function(r)
    return (extreme(values(r, "i"), true) or 0) - (extreme(values(r, "i")) or 0)
  end },
  { "low(sum(q))", function(r)
    local s
    for _, q in ipairs(values(r, "q")) do
      s = (s or 0) + q.low
    end
    return s and s + 0.0
  end, true },
  { "high(sum(q))", function(r)
    local s
    for _, q in ipairs(values(r, "q")) do
      s = (s or 0) + q.high
    end
    return s and (#values(r, "q") < #r and 1 / 0 or s + 0.0)
  end, true },
}
for _, name in ipairs(naive.all) do
  local function add(text, fn, near)
    aggregates[#aggregates + 1] = { text:format(name), function(r) return fn(values(r, name), r) end, near }
  end
  add("count(%s)", function(v) return #v end)
  add("n_missing(%s)", function(v, r) return #r - #v end)
  add("count_distinct(%s)", distinct)
  add("first(%s)", function(v) return v[1] end)
  add("last(%s)", function(v) return v[#v] end)
  if name ~= "q" then
    add("min(%s)", function(v) return extreme(v, false) end)
    add("max(%s)", function(v) return extreme(v, true) end)
  end
  if name == "i" or name == "big" or name == "x" or name == "f" then
    add("median(%s)", function(v) return quantile(v, 0.5) end, true)
    add("quantile(%s, 0.9)", function(v) return quantile(v, 0.9) end, true)
    add("quantile(%s, 0)", function(v) return quantile(v, 0) end)
  end
  if name == "i" or name == "x" then
    add("mean(%s)", function(v) local s = sum(v); return s and s / #v end, true)
    add("var(%s)", variance, true)
    add("sd(%s)", function(v) local s = variance(v); return s and s ^ 0.5 end, true)
  end
end

local definitions, near = {}, {}
for k, a in ipairs(aggregates) do
  definitions[k] = ("a%d = %s"):format(k, a[1])
  near["a" .. k] = a[3]
end

local function aggregated(N, keys)
  local out = { names = table.move(keys, 1, #keys, 1, {}), rows = {} }
  for k in ipairs(aggregates) do
    out.names[#out.names + 1] = "a" .. k
  end
  local list = #keys > 0 and naive.groups(N, keys) or { {} }
  for i = 1, #keys == 0 and #N.rows or 0 do
    list[1][i] = i
  end
  for g, group in ipairs(list) do
    local rows, row = {}, {}
    for i, at in ipairs(group) do
      rows[i] = N.rows[at]
    end
    for _, name in ipairs(keys) do
      row[name] = rows[1][name]
    end
    for k, a in ipairs(aggregates) do
      row["a" .. k] = a[2](rows)
    end
    out.rows[g] = row
  end
  return out
end

local all_keys = { {}, { "b" }, { "s" }, { "i", "b" }, { "f" }, { "d" }, { "t", "s" }, { "w" }, { "big" }, { "q" }, { "s", "i", "d" }, { "x" } }

local function over(body, sizes)
  for k, n in ipairs(sizes or { 0, 1, 2, 40, 2049, 4500 }) do
    for seed = 10 * k, 10 * k + (n < 1000 and 4 or 0) do
      local N, T = naive.random(seed, n)
      body(("seed %d, %d rows"):format(seed, n), N, T, seed)
    end
  end
end

function TestGroups_the_list_of_aggregates_is_covered()
  local text = table.concat(definitions, "\n")
  for _, row in muster.functions():filter("class == 'aggregate'"):rows() do
    lu.assertStrContains(text, " " .. row.name .. "(")
  end
end

function TestGroups_aggregates()
  over(function(what, N, T, seed)
    for k, keys in ipairs(all_keys) do
      -- all keys over small tables; over big ones some
      if #N.rows < 1000 or (k + seed) % 3 == 0 then
        local R = #keys > 0 and T:group_by(table.unpack(keys)):agg(table.unpack(definitions)) or T:agg(table.unpack(definitions))
        naive.same(R, aggregated(N, keys), what .. " by " .. table.concat(keys, ", "), near)
      end
    end
  end)
end

function TestGroups_aggregates_over_chains()
  over(function(what, N, T)
    local function keep(r) return r.i and r.x and r.x > r.i end
    N = naive.derive(naive.filter(N, keep), "i", function(r) return r.i * 2 end)
    T = T:filter "x > i":derive "i = i * 2"
    naive.same(T:group_by("s"):agg(table.unpack(definitions)), aggregated(N, { "s" }), what, near)
  end, { 0, 30, 4500 })
end

function TestGroups_keys_that_are_expressions()
  over(function(what, N, T)
    local M = naive.derive(naive.derive(N, "k", function(r) return r.i and r.i % 2 end), "first", function(r) return r.w and r.w:sub(1, 6) end)
    naive.same(T:group_by("k = i % 2", "first = sub(w, 1, 6)", "b"):agg("n = count()"), (function()
      local out = { names = { "k", "first", "b", "n" }, rows = {} }
      for g, group in ipairs((naive.groups(M, { "k", "first", "b" }))) do
        local row = M.rows[group[1]]
        out.rows[g] = { k = row.k, first = row.first, b = row.b, n = #group }
      end
      return out
    end)(), what)
  end)
end

function TestGroups_derive_and_filter_within_groups()
  over(function(what, N, T)
    for _, keys in ipairs { { "s" }, { "i", "b" }, { "w" }, { "f" } } do
      local list, of = naive.groups(N, keys)
      local most, total = {}, {}
      for g, group in ipairs(list) do
        local rows = {}
        for k, at in ipairs(group) do
          rows[k] = N.rows[at]
        end
        most[g], total[g] = extreme(values(rows, "x"), true), #rows
      end
      naive.same(T:group_by(table.unpack(keys)):derive("most = max(x)", "part = 1 / count()"),
        naive.derive(naive.derive(N, "most", function(_, i) return most[of[i]] end), "part", function(_, i) return 1 / total[of[i]] end), what)
      local kept = {}
      for i, row in ipairs(N.rows) do
        if row.x and row.x == most[of[i]] then
          kept[#kept + 1] = row
        end
      end
      naive.same(T:group_by(table.unpack(keys)):filter "x == max(x)", naive.with_rows(N, kept), what)
    end
  end)
end

function TestGroups_a_sum_that_overflows_is_an_error_at_the_verb()
  local t = muster.table { g = { 1, 1, 2 }, n = { math.maxinteger, 1, 3 } }
  local sums = t:group_by "g":agg "s = sum(n)"     -- the line of this verb
  local line = debug.getinfo(1, "l").currentline - 1
  lu.fails(("t4710-groups.lua:%d: "):format(line), function() return #sums end)
  lu.fails("overflow", function() return #sums end)
  lu.assertEquals(t:filter("g == 2"):agg("s = sum(n)"):column("s")[1], 3)
end

os.exit(lu.run())
