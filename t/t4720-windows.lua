-- Windows against lists of the rows of each group in their order.
local lu = require "lu"
local naive = require "naive"

-- what f(v, k, place) gives for the k-th of the group's values v (v.n of them); place(k) is true when row k ties with the one before
local function rolled(how)
  return function(v, k, n)
    local taken = {}
    for j = math.max(1, k - n + 1), k do
      taken[#taken + 1] = v[j]
    end
    return how(taken)
  end
end

local function total(v)
  if #v == 0 then return nil end
  local s = 0
  for _, x in ipairs(v) do s = s + x end
  return s
end
local function mean(v) local s = total(v); return s and s / #v end
local function least(v)
  local best
  for _, x in ipairs(v) do
    best = best == nil and x or naive.before(x, best) and x or best
  end
  return best
end
local function greatest(v)
  local best
  for _, x in ipairs(v) do
    best = best == nil and x or naive.before(best, x) and x or best
  end
  return best
end
-- Of all values up to here; missing where the value is.
local function running(how)
  return function(v, k)
    if v[k] ~= nil then
      return rolled(how)(v, k, k)
    end
  end
end

local windows = {
  { "row_number()", function(_, k) return k end },
  { "rank()", function(_, k, tie) while k > 1 and tie(k) do k = k - 1 end return k end },
  { "dense_rank()", function(_, k, tie) local n = 1; for j = 2, k do n = n + (tie(j) and 0 or 1) end return n end },
  { "percent_rank()", function(v, k, tie) while k > 1 and tie(k) do k = k - 1 end return v.n > 1 and (k - 1) / (v.n - 1) or 0.0 end },
  { "cumcount()", function(_, k) return k end },
  { "ntile(3)", function(v, k)
    local size, more = v.n // 3, v.n % 3
    return k <= more * (size + 1) and (k - 1) // (size + 1) + 1 or more + (k - 1 - more * (size + 1)) // size + 1
  end },
}
local function add(names, text, fn, near)
  for name in names:gmatch "%a+" do
    windows[#windows + 1] = { text:gsub("@", name), fn, near, name }
  end
end
add("b i f d t s w q", "lag(@)", function(v, k) return v[k - 1] end)
add("i s w d", "lead(@, 2)", function(v, k) return v[k + 2] end)
add("i x", "lag(@, 1, 7)", function(v, k) if k == 1 then return math.type(v.any) == "float" and 7.0 or 7 end return v[k - 1] end)
add("s", "lead(@, 1, 'end')", function(v, k) if k == v.n then return "end" end return v[k + 1] end)
add("i s q t", "first_value(@)", function(v) return v[1] end)
add("x b w", "last_value(@)", function(v) return v[v.n] end)
add("i x", "cumsum(@)", running(total), true)
add("i x", "cummean(@)", running(mean), true)
add("i x f d t", "cummin(@)", running(least))
add("i x f d t", "cummax(@)", running(greatest))
add("i w q", "cumcount(@)", function(v, k) local n = 0; for j = 1, k do n = n + (v[j] ~= nil and 1 or 0) end return n end)
add("i x d t", "diff(@)", function(v, k) if v[k] ~= nil and v[k - 1] ~= nil then return v[k] - v[k - 1] end end)
add("i", "diff(@, 3)", function(v, k) if v[k] and v[k - 3] then return v[k] - v[k - 3] end end)
add("i x", "pct_change(@)", function(v, k) if v[k] and v[k - 1] then return v[k] / v[k - 1] - 1 end end, true)
add("i x", "increments(@)", function(v, k)
  if v[k] then
    local j = k - 1
    while j > 0 and v[j] == nil do j = j - 1 end
    return j > 0 and v[k] - v[j] or v[k]
  end
end)
for _, n in ipairs { 1, 3, 50 } do
  local function roll(names, text, how, near)
    add(names, text:gsub("#", tostring(n)), function(v, k) return rolled(how)(v, k, n) end, near)
  end
  roll("i x", "rolling_sum(@, #)", total, true)
  roll("i x", "rolling_mean(@, #)", mean, true)
  roll("i f d t", "rolling_min(@, #)", least)
  roll("x f d t", "rolling_max(@, #)", greatest)
  roll("i s", "rolling_count(@, #)", function(v) return #v end)
end
add("x i", "max(@)", function(v) return v.most end)
add("s", "first(@)", function(v) for k = 1, v.n do if v[k] ~= nil then return v[k] end end end)
add("s", "last(@)", function(v) for k = v.n, 1, -1 do if v[k] ~= nil then return v[k] end end end)

local frames = {
  { "", {}, {} }, { "(order i)", {}, { "i" } }, { "(s order -d)", { "s" }, { "-d" } }, { "(b, i order f, -w)", { "b", "i" }, { "f", "-w" } },
  { "(w)", { "w" }, {} }, { "(d order t)", { "d" }, { "t" } },
}

local function expected(N, frame, w)
  local list, out = #frame[2] > 0 and naive.groups(N, frame[2]) or { {} }, {}
  for i = 1, #frame[2] == 0 and #N.rows or 0 do
    list[1][i] = i
  end
  for _, group in ipairs(list) do
    local rows, v = {}, { n = #group }
    for k, at in ipairs(group) do
      rows[k] = N.rows[at]
    end
    local order = naive.order(rows, frame[3])
    for k, at in ipairs(order) do
      v[k] = w[4] and rows[at][w[4]]
      v.any = v.any or v[k]
      if type(v[k]) == "number" then
        v.most = v.most == nil and v[k] or math.max(v.most, v[k])
      end
    end
    if w[1]:find "^lag%(x, 1" then
      v.any = 0.5
    elseif w[1]:find "^lag%(i, 1" then
      v.any = 1
    end
    local function tie(k)
      for _, name in ipairs(frame[3]) do
        name = name:gsub("^%-", "")
        if naive.key(rows[order[k]][name]) ~= naive.key(rows[order[k - 1]][name]) then
          return false
        end
      end
      return #frame[3] > 0
    end
    for k, at in ipairs(order) do
      out[group[at]] = w[2](v, k, tie)
    end
  end
  return out
end

local function check(what, N, T, frame, w)
  local column = T:derive(("new = %s%s%s"):format(w[1], frame[1] ~= "" and " over " or "", frame[1])):select "new"
  local out = expected(N, frame, w)
  naive.same(column, { names = { "new" }, rows = (function()
    local rows = {}
    for i = 1, #N.rows do
      rows[i] = { new = out[i] }
    end
    return rows
  end)() }, what .. ": " .. w[1] .. " over " .. frame[1], w[3] and { new = true })
end

function TestWindows_the_list_is_covered()
  local all = {}
  for k, w in ipairs(windows) do
    all[k] = " " .. w[1]
  end
  all = table.concat(all, "\n")
  for _, row in muster.functions():filter("class == 'window'"):rows() do
    lu.assertStrContains(all, " " .. row.name .. "(")
  end
end

function TestWindows_small_tables()
  for k, n in ipairs { 0, 1, 2, 9, 130 } do
    for seed = 10 * k, 10 * k + (n < 100 and 3 or 0) do
      local N, T = naive.random(seed, n)
      for _, frame in ipairs(frames) do
        for _, w in ipairs(windows) do
          check(("seed %d, %d rows"):format(seed, n), N, T, frame, w)
        end
      end
    end
  end
end

function TestWindows_many_rows()
  local slow = { rank = true, dense_rank = true, percent_rank = true }
  local N, T = naive.random(70, 2300)
  for k, frame in ipairs(frames) do
    for j, w in ipairs(windows) do
      -- what looks at all rows before is quadratic here: in groups only
      local far = slow[w[1]:match "^%w+"] or w[1]:find "^cum" or w[1]:find ", 50"
      if (k + j) % 4 == 0 and (#frame[2] > 1 or not far) then
        check("2300 rows", N, T, frame, w)
      end
    end
  end
end

function TestWindows_within_groups_of_group_by()
  for _, n in ipairs { 0, 50, 2100 } do
    local N, T = naive.random(n + 1, n)
    for _, call in ipairs { "cumsum(i)", "lag(w)", "rank()", "rolling_mean(x, 3)", "max(f)" } do
      naive.equal(T:group_by("s", "b"):derive(("new = %s%s"):format(call, call:find "max" and "" or " over (order d)")),
        T:derive(("new = %s over (s, b%s)"):format(call, call:find "max" and "" or " order d")), call)
    end
    lu.assertEquals(#N.rows, #T)
  end
end

function TestWindows_inside_expressions_and_of_expressions()
  local t = muster.table({ { g = "a", n = 1 }, { g = "b", n = 2 }, { g = "a", n = 5 } }, { "g", "n" })
  lu.assertEquals(t:derive("x = n / sum(n) over (g) + lag(n * 2, 1, 0) over (order n)"):column("x"):values(),
    { 1 / 6 + 0, 1 + 2, 5 / 6 + 4, n = 3 })
  lu.assertEquals(t:derive("x = rank() over (order n)"):select("g"):column("g"):values(), { "a", "b", "a", n = 3 })
  lu.assertEquals(t:derive("x = sum(n)"):agg("c = count()"):column("c")[1], 3)
end

function TestWindows_increments_undo_cumsum()
  local _, T = naive.random(3, 3000)
  naive.equal(T:derive("c = cumsum(i) over (s order d)", "i2 = increments(c) over (s order d)"):select "i2", T:derive "i2 = i":select "i2", "undo")
end

os.exit(lu.run())
