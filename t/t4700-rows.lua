-- Verbs that keep, drop, order and rename rows and columns, against what they mean row by row.
local lu = require "lu"
local naive = require "naive"

local sizes = { 0, 1, 2, 7, 200, 2048, 4100 }

-- body(seed, naive table, Table) over tables of all sizes
local function over(body, names, limit)
  for k, n in ipairs(sizes) do
    if n <= (limit or 4100) then
      for seed = 5 * k, 5 * k + (n < 100 and 4 or n < 1000 and 2 or 0) do
        local N, T = naive.random(seed, n, names)
        body(("seed %d, %d rows"):format(seed, n), N, T, n)
      end
    end
  end
end

function TestRows_tables_are_what_they_were_made_of()
  over(function(what, N, T)
    naive.same(T, N, what)
  end)
end

-- text, and what it means; three-valued: nil is missing
local function lt(a, b) if a == nil or b == nil then return nil end return a < b end
local function eq(a, b) if a == nil or b == nil then return nil end return a == b end
local function both(a, b) if a == false or b == false then return false elseif a == nil or b == nil then return nil end return true end
local function either(a, b) if a or b then return true elseif a == nil or b == nil then return nil end return false end
local function no(a) if a == nil then return nil end return not a end
local middle = muster.date "2025-01-03"
local conditions = {
  { "b", function(r) return r.b end },
  { "not b", function(r) return no(r.b) end },
  { "i < 1", function(r) return lt(r.i, 1) end },
  { "i < 1 and b", function(r) return both(lt(r.i, 1), r.b) end },
  { "i < 1 or b", function(r) return either(lt(r.i, 1), r.b) end },
  { "not (i < 1 or f < x)", function(r) return no(either(lt(r.i, 1), lt(r.f, r.x))) end },
  { "i == f", function(r) return eq(r.i, r.f) end },
  { "f ~= f", function(r) return no(eq(r.f, r.f)) end },
  { "x > i", function(r) return lt(r.i, r.x) end },
  { "d <= $middle", function(r) return no(lt(middle, r.d)) end },
  { "s == 'Sumy'", function(r) return eq(r.s, "Sumy") end },
  { "s < w", function(r) return lt(r.s, r.w) end },
  { "s in ('Kursk', '', 'x')", function(r) return r.s and (r.s == "Kursk" or r.s == "") end },
  { "is_missing(s) or s == ''", function(r) return r.s == nil or r.s == "" end },
  { "between(i, -1, x)", function(r) return both(no(lt(r.i, -1)), no(lt(r.x, r.i))) end },
  { "coalesce(i, 3) == 3", function(r) return (r.i or 3) == 3 end },
  { "if(b, i, 0) == 0", function(r) if r.b then return eq(r.i, 0) end return no(r.b) end },
  { "month(d) == 12", function(r) return r.d and tostring(r.d):sub(6, 7) == "12" or nil end },
  { "true", function() return true end },
  { "false", function() return false end },
  { "if(b, nil, true)", function(r) if r.b == false then return true end end },
}

function TestRows_filter()
  over(function(what, N, T)
    for _, c in ipairs(conditions) do
      naive.same(T:filter(c[1], { middle = middle }):select("i", "w", "t"),
        naive.select(naive.filter(N, function(r) return c[2](r) == true end), { "i", "w", "t" }), what .. ": " .. c[1])
    end
  end)
end

function TestRows_filter_by_a_function()
  over(function(what, N, T)
    naive.same(T:filter(function(row) return row.b end), naive.filter(N, function(r) return r.b end), what)
  end, nil, 300)
end

function TestRows_derive()
  local function arith(op)
    return function(r) if r.i and r.x then return op(r.i, r.x) end end
  end
  local cases = {
    { "i + x", arith(function(a, b) return a + b end) }, { "i * x - 1", arith(function(a, b) return a * b - 1 end) },
    { "x / i", arith(function(a, b) return b / a end) }, { "x // 3", function(r) return r.x and r.x // 3 end },
    { "i % 3", function(r) return r.i and r.i % 3 end }, { "-i // 2", function(r) return r.i and -r.i // 2 end },
    { "s .. '/' .. string(i)", function(r) return r.s and r.i and r.s .. "/" .. r.i end },
    { "if(b, s, w)", function(r) if r.b then return r.s elseif r.b == false then return r.w end end },
    { "coalesce(s, w, 'none')", function(r) return r.s or r.w or "none" end },
    { "upper(w)", function(r) return r.w and r.w:upper() end }, { "len(s)", function(r) return r.s and #r.s end },
    { "d + i", function(r) return r.d and r.i and r.d + r.i end },
    { "d - $day", function(r) return r.d and r.d - middle end },
    { "is_missing(q)", function(r) return r.q == nil end }, { "low(q)", function(r) return r.q and r.q.low + 0.0 end },
    { "q", function(r) return r.q end }, { "t", function(r) return r.t end }, { "7", function() return 7 end },
    { "'text'", function() return "text" end }, { "if(false, 0, nil)", function() return nil end },
    { "$day", function() return middle end }, { "abs(i)", function(r) return r.i and math.abs(r.i) end },
  }
  over(function(what, N, T)
    for k, c in ipairs(cases) do
      -- a new column, and one in the place of another; the others are passed on
      local name = k % 3 == 0 and "s" or "new"
      naive.same(T:derive(name .. " = " .. c[1], { day = middle }):select("w", name, "f"),
        naive.select(naive.derive(N, name, c[2]), { "w", name, "f" }), what .. ": " .. c[1])
    end
  end)
end

function TestRows_derived_columns_see_earlier_ones()
  over(function(what, N, T)
    naive.same(T:derive("i = i + 1", "twice = 2 * i", "b = twice > 2"):filter "b":derive "i = twice - i",
      naive.derive(naive.filter(naive.derive(naive.derive(naive.derive(N, "i", function(r) return r.i and r.i + 1 end),
        "twice", function(r) return r.i and 2 * r.i end), "b", function(r) return lt(2, r.twice) end),
        function(r) return r.b end), "i", function(r) return r.twice - r.i end), what)
  end)
end

function TestRows_select_and_rename()
  over(function(what, N, T)
    naive.same(T:select("w", "q", "b"), naive.select(N, { "w", "q", "b" }), what)
    local R = { names = { "b", "f", "big", "i", "y", "d", "t", "text", "w", "q" }, rows = {} }
    for i, r in ipairs(N.rows) do
      R.rows[i] = { b = r.b, f = r.i, big = r.big, i = r.f, y = r.x, d = r.d, t = r.t, text = r.s, w = r.w, q = r.q }
    end
    naive.same(T:rename("f = i", "i = f", { y = "x", text = "s" }), R, what)
  end, nil, 2048)
end

function TestRows_sort()
  over(function(what, N, T)
    for _, by in ipairs { { "i" }, { "-i" }, { "f" }, { "-f" }, { "b", "-d" }, { "-s", "x" }, { "w" }, { "-w" }, { "t", "s", "-i" }, { "big" },
      { "q", "-b" }, { "-big", "s" } } do
      naive.same(T:sort(table.unpack(by)), naive.sort(N, by), what .. ": " .. table.concat(by, ", "))
    end
  end, nil, 2048)
end

function TestRows_distinct()
  over(function(what, N, T)
    for _, by in ipairs { { "b" }, { "i" }, { "f" }, { "s", "i" }, { "d", "b" }, { "w" }, { "q" }, { "t", "f", "b" }, { "big", "s" } } do
      naive.same(T:distinct(table.unpack(by)), naive.distinct(N, by), what .. ": " .. table.concat(by, ", "))
    end
    naive.same(T:distinct(), naive.distinct(N), what)
    naive.same(T:select("b", "i"):distinct(), naive.distinct(naive.select(N, { "b", "i" })), what)
  end)
end

function TestRows_head_and_tail()
  over(function(what, N, T, n)
    for _, k in ipairs { 0, 1, 5, n - 1, n, n + 1, 2047 } do
      if k >= 0 then
        naive.same(T:head(k), naive.head(N, k), what)
        naive.same(T:tail(k), naive.tail(N, k), what)
        naive.same(T:filter("b"):head(k):derive("i = -i"):tail(3),
          naive.tail(naive.derive(naive.head(naive.filter(N, function(r) return r.b end), k), "i", function(r) return r.i and -r.i end), 3),
          what)
      end
    end
  end, { "b", "i", "w" })
end

function TestRows_union()
  over(function(what, N, T, n)
    local M, U = naive.random(n + 3, n // 2 + 1, { "s", "x", "b", "w" })
    -- what one table lacks is missing; integers beside floats are floats
    M, U = naive.derive(M, "i", function(r) return r.x end), U:derive "i = x"
    local E = { names = { "b", "i", "big", "f", "x", "d", "t", "s", "w", "q" }, rows = {} }
    for _, r in ipairs(N.rows) do
      E.rows[#E.rows + 1] = setmetatable({ i = r.i and r.i + 0.0 }, { __index = r })
    end
    for _, r in ipairs(M.rows) do
      E.rows[#E.rows + 1] = r
    end
    naive.same(T:union(U), E, what)
  end)
end

function TestRows_sample_is_rows_of_the_table_in_its_order()
  over(function(what, _, T, n)
    local numbered = T:derive "row = row_number() over (order b)"
    for _, k in ipairs { 0, 1, n // 2, n, n + 5 } do
      for seed = 1, 3 do
        local S = numbered:sample(k, seed)
        lu.assertEquals(#S, math.min(k, n), what)
        naive.equal(S, numbered:sample(k, seed), what)
        lu.assertEquals(#S:distinct "row", #S, what)
        naive.equal(S:select "row", numbered:join(S:select "row", { on = "row", how = "semi" }):select "row", what)
      end
    end
  end, { "b" }, 2048)
end

os.exit(lu.run())
