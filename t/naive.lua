-- naive.lua - what verbs mean, row by row in Lua: random tables, and verbs over lists of rows to compare with.
--
-- A naive table is { names = {...}, rows = { { name = value }, ... } }; a missing value is an absent key. naive.random gives one
-- beside the Table of the same rows.
local lu = require "lu"

local naive = {}

-- A value as text that is the same for values that are one key: 0.0 and -0.0, any NaN. Integers and floats are not the same.
function naive.key(v)
  if v == nil then
    return "-"
  elseif math.type(v) == "integer" then
    return "i" .. v
  elseif math.type(v) == "float" then
    return v ~= v and "nan" or ("f%.17g"):format(v + 0.0 == 0 and 0.0 or v)
  end
  return type(v) .. ":" .. tostring(v)
end

function naive.keys(row, names)
  local out = {}
  for k, name in ipairs(names) do
    out[k] = naive.key(row[name])
  end
  return table.concat(out, "\0")
end

-- == random tables ======================================================================================

local words = { "Kursk", "Sumy", "", "Belgorod", "Київ", "a'b", "kursk" }
local floats = { 0.0, -0.0, 1.5, -2.25, 1 / 0, -1 / 0, 0 / 0, 1e300, 3.0, 0.1 }
local day, second = muster.date "2024-11-20", muster.datetime "2025-01-31T23:59:58Z"

-- name, and a value by chance; `n` is how many rows there will be
naive.makers = {
  b = function() return math.random(2) == 1 end,
  i = function() return math.random(-4, 4) end,
  big = function() return math.random(4) == 1 and math.random(-3, 3) << 60 or math.random(-1000000, 1000000) end,
  f = function() return floats[math.random(#floats)] end,
  x = function() return math.random(-4000, 4000) / 8 end,
  d = function() return day + math.random(0, 90) end,
  s = function() return words[math.random(#words)] end,
  w = function(n) return "word " .. math.random(4 * n + 4) end,
  q = function() return muster.quantity { best = math.random(5), qualifier = "about" } end,
}
naive.float = { f = true, x = true }
naive.all = { "b", "i", "big", "f", "x", "d", "t", "s", "w", "q" }
local seconds = {}
for k = 0, 40 do
  seconds[k] = muster.datetime(("2025-01-31T23:%02d:5%dZ"):format(k, k % 10))
end
naive.makers.t = function() return seconds[math.random(0, 40)] end

local guard = { b = true, i = 0, big = 0, f = 0.5, x = 0.5, d = day, t = second, s = "guard", w = "guard",
  q = muster.quantity { best = 1 } }

-- n rows of these columns (all, when nil), and the Table of them. Missing in `share` of the cells. The Table is a chain that was not run, or
-- one that was, or part of a bigger one, as the seed has it; a row that is not in it gives all columns their types.
function naive.random(seed, n, names, share)
  math.randomseed(seed)
  names = names or naive.all
  share = share or ({ 0.15, 0.15, 0, 0.6, 0.97 })[seed % 5 + 1]
  local rows, columns = {}, { keep = { n = n + 1 } }
  for _, name in ipairs(names) do
    columns[name] = { n = n + 1 }
  end
  -- the guard is the first or the last row
  local at = seed % 2 == 0 and 0 or n
  for i = 1, n do
    rows[i] = {}
    for _, name in ipairs(names) do
      if math.random() >= share then
        rows[i][name] = naive.makers[name](n)
      end
      columns[name][at == 0 and i + 1 or i] = rows[i][name]
    end
    columns.keep[at == 0 and i + 1 or i] = 1
  end
  for _, name in ipairs(names) do
    columns[name][at == 0 and 1 or n + 1] = guard[name]
  end
  columns.keep[at == 0 and 1 or n + 1] = 0
  local t = muster.table(columns)
  if seed % 3 == 0 then
    t = at == 0 and t:tail(n) or t:head(n)
  else
    t = t:filter "keep == 1"
  end
  t = t:select(table.unpack(names))
  if seed % 4 == 1 then
    lu.assertEquals(#t, n)
  end
  return { names = table.move(names, 1, #names, 1, {}), rows = rows }, t
end

-- == comparing ==========================================================================================

local function close(a, b)
  return a == b or (a ~= a and b ~= b) or math.abs(a - b) <= 1e-9 * math.max(1, math.abs(a), math.abs(b))
end

-- The Table has these names and rows. Floats of the columns in `near` may differ by rounding.
function naive.same(t, expected, what, near)
  lu.assertEquals(t:names(), expected.names, what)
  lu.assertEquals(#t, #expected.rows, what)
  for _, name in ipairs(expected.names) do
    local values = t:column(name):values()
    for i, row in ipairs(expected.rows) do
      local a, b = values[i], row[name]
      if naive.key(a) ~= naive.key(b) and not (near and near[name] and a and b and close(a, b)) then
        lu.fail(("%s: row %d of %s: expected %s, got %s"):format(what, i, name, naive.key(b), naive.key(a)))
      end
    end
  end
end

-- Two Tables are the same: names, types, values to the bit, but for floats of the columns in `near`.
function naive.equal(a, b, what, near)
  lu.assertEquals(a:names(), b:names(), what)
  lu.assertEquals(#a, #b, what)
  for _, name in ipairs(a:names()) do
    lu.assertEquals(a:column(name):type(), b:column(name):type(), what)
    local x, y = a:column(name):values(), b:column(name):values()
    for i = 1, #a do
      if naive.key(x[i]) ~= naive.key(y[i]) and not (near and near[name] and close(x[i], y[i])) then
        lu.fail(("%s: row %d of %s: %s and %s"):format(what, i, name, naive.key(x[i]), naive.key(y[i])))
      end
    end
  end
end

-- == verbs ==============================================================================================

function naive.with_rows(t, rows)
  return { names = t.names, rows = rows }
end

function naive.filter(t, keep)
  local out = {}
  for _, row in ipairs(t.rows) do
    if keep(row) then
      out[#out + 1] = row
    end
  end
  return naive.with_rows(t, out)
end

function naive.select(t, names)
  local out = { names = names, rows = {} }
  for i, row in ipairs(t.rows) do
    out.rows[i] = {}
    for _, name in ipairs(names) do
      out.rows[i][name] = row[name]
    end
  end
  return out
end

-- One more column: value(row, i).
function naive.derive(t, name, value)
  local out = { names = table.move(t.names, 1, #t.names, 1, {}), rows = {} }
  local there = false
  for _, known in ipairs(t.names) do
    there = there or known == name
  end
  if not there then
    out.names[#out.names + 1] = name
  end
  for i, row in ipairs(t.rows) do
    local fresh = {}
    for k, v in pairs(row) do
      fresh[k] = v
    end
    fresh[name] = value(row, i)
    out.rows[i] = fresh
  end
  return out
end

-- a before b: numbers, then NaN, then missing, whatever the direction.
local function before(a, b, descending)
  local rank_a, rank_b = a == nil and 2 or a ~= a and 1 or 0, b == nil and 2 or b ~= b and 1 or 0
  if rank_a ~= 0 or rank_b ~= 0 then
    return rank_a < rank_b, rank_a == rank_b
  elseif type(a) == "boolean" then
    a, b = a and 1 or 0, b and 1 or 0
  elseif type(a) == "userdata" and not tostring(a):find "^%d%d%d%d%-" then
    if a.low ~= b.low then
      a, b = a.low, b.low
    else
      a, b = a.high, b.high
    end
  end
  if a == b then
    return false, true
  elseif descending then
    return b < a, false
  end
  return a < b, false
end
naive.before = before

-- Numbers of the rows in the order of names, "-name" descending.
function naive.order(rows, names)
  local order, keys = {}, {}
  for k, name in ipairs(names) do
    keys[k] = { name = name:gsub("^%-", ""), descending = name:find "^%-" ~= nil }
  end
  for i = 1, #rows do
    order[i] = i
  end
  table.sort(order, function(i, j)
    for _, key in ipairs(keys) do
      local less, equal = before(rows[i][key.name], rows[j][key.name], key.descending)
      if not equal then
        return less
      end
    end
    return i < j
  end)
  return order
end

function naive.sort(t, names)
  local out = {}
  for k, i in ipairs(naive.order(t.rows, names)) do
    out[k] = t.rows[i]
  end
  return naive.with_rows(t, out)
end

-- Lists of row numbers by group, in order of first appearance; and the group of each row.
function naive.groups(t, names)
  local list, by, of = {}, {}, {}
  for i, row in ipairs(t.rows) do
    local key = naive.keys(row, names)
    if not by[key] then
      list[#list + 1] = {}
      by[key] = #list
    end
    of[i] = by[key]
    table.insert(list[by[key]], i)
  end
  return list, of
end

function naive.distinct(t, names)
  local out = {}
  for k, group in ipairs((naive.groups(t, names or t.names))) do
    out[k] = t.rows[group[1]]
  end
  return naive.with_rows(t, out)
end

function naive.head(t, n)
  return naive.with_rows(t, table.move(t.rows, 1, math.min(n, #t.rows), 1, {}))
end

function naive.tail(t, n)
  local from = math.max(#t.rows - n, 0) + 1
  return naive.with_rows(t, table.move(t.rows, from, #t.rows, 1, {}))
end

-- The columns of `right` behind those of `left`; `keys` of the right are left out, names that are taken get the suffix. Gives the
-- names, and for each column of the right its name there.
local function names_of_join(left, right, keys, suffix)
  local names, taken, of = {}, {}, {}
  for k, name in ipairs(left.names) do
    names[k], taken[name] = name, true
  end
  for _, name in ipairs(right.names) do
    if not keys[name] then
      local to = name
      while taken[to] do
        to = to .. (suffix or "_right")
      end
      names[#names + 1], taken[to], of[name] = to, true, to
    end
  end
  return names, of
end

local function both(l, r, of, rename)
  local row = {}
  for name, v in pairs(l or {}) do
    row[name] = v
  end
  for name, v in pairs(r or {}) do
    if of[name] then
      row[of[name]] = v
    elseif not l then
      for _, to in ipairs(rename[name] or {}) do
        row[to] = v
      end
    end
  end
  return row
end

local function joinable(a, b)
  return a ~= nil and b ~= nil and (a == b or (a ~= a and b ~= b))
end

-- on = { { mine, theirs }, ... }
function naive.join(left, right, on, how, suffix)
  local keys, rename, met, out = {}, {}, {}, {}
  for _, pair in ipairs(on) do
    keys[pair[2]] = true
    rename[pair[2]] = rename[pair[2]] or {}
    table.insert(rename[pair[2]], pair[1])
  end
  local names, of = names_of_join(left, right, keys, suffix)
  for _, l in ipairs(left.rows) do
    local partners = 0
    for j, r in ipairs(right.rows) do
      local equal = true
      for _, pair in ipairs(on) do
        equal = equal and joinable(l[pair[1]], r[pair[2]])
      end
      if equal then
        met[j], partners = true, partners + 1
        if how ~= "semi" and how ~= "anti" then
          out[#out + 1] = both(l, r, of, rename)
        end
      end
    end
    if (how == "semi" and partners > 0) or (how == "anti" and partners == 0) then
      out[#out + 1] = l
    elseif partners == 0 and (how == "left" or how == "full") then
      out[#out + 1] = both(l, nil, of, rename)
    end
  end
  if how == "full" then
    for j, r in ipairs(right.rows) do
      if not met[j] then
        out[#out + 1] = both(nil, r, of, rename)
      end
    end
  end
  -- integers that stand beside floats are floats
  for _, pair in ipairs(on) do
    local widened = how == "full" and (naive.float[pair[1]] or naive.float[pair[2]])
    for _, row in ipairs(widened and out or {}) do
      row[pair[1]] = row[pair[1]] and row[pair[1]] + 0.0
    end
  end
  return { names = (how == "semi" or how == "anti") and left.names or names, rows = out }
end

-- Each row of `left` with the nearest of `right`; by = { { mine, theirs } }, time = { mine, theirs }.
function naive.asof(left, right, time, by, how)
  local keys, out = {}, {}
  for _, pair in ipairs(by) do
    keys[pair[2]] = true
  end
  local names, of = names_of_join(left, right, keys)
  for i, l in ipairs(left.rows) do
    local a, back, forth = l[time[1]], nil, nil
    -- the latest at or before, the earliest at or after; of several at one time the last
    for _, r in ipairs(right.rows) do
      local b = r[time[2]]
      local fits = a ~= nil and b ~= nil and a == a and b == b and not (how.strict and a == b)
      for _, pair in ipairs(by) do
        fits = fits and joinable(l[pair[1]], r[pair[2]])
      end
      if fits and how.tolerance and a ~= b then
        fits = math.abs(a - b) <= how.tolerance
      end
      if fits and b <= a and (not back or back[time[2]] <= b) then
        back = r
      end
      if fits and a <= b and (not forth or b <= forth[time[2]]) then
        forth = r
      end
    end
    local best = back
    if how.direction == "forward" then
      best = forth
    elseif how.direction == "nearest" and forth then
      local function gap(r) return r[time[2]] == a and 0 or math.abs(a - r[time[2]]) end
      best = back and gap(back) <= gap(forth) and back or forth
    end
    out[i] = both(l, best, of, {})
  end
  return { names = names, rows = out }
end

return naive
