-- Joins and as-of joins against loops over all pairs of rows.
local lu = require "lu"
local naive = require "naive"

local hows = { "inner", "left", "full", "semi", "anti" }
-- on as the verb takes it, and as pairs
local ons = {
  { "i", { { "i", "i" } } }, { { "s", "b" }, { { "s", "s" }, { "b", "b" } } }, { { w = "w" }, { { "w", "w" } } }, { "f", { { "f", "f" } } },
  { { i = "x" }, { { "i", "x" } } }, { { "d" }, { { "d", "d" } } }, { { "t", "i" }, { { "t", "t" }, { "i", "i" } } },
  { { "b", d = "d", s = "w" }, { { "b", "b" }, { "d", "d" }, { "s", "w" } } }, { { x = "i", f = "i" }, { { "x", "i" }, { "f", "i" } } },
  { "big", { { "big", "big" } } },
}

function TestJoins_all_kinds()
  for _, size in ipairs { { 0, 0 }, { 0, 5 }, { 5, 0 }, { 1, 1 }, { 40, 60 }, { 60, 13 } } do
    for seed = 1, 3 do
      local L, l = naive.random(seed + 10 * size[1], size[1])
      local R, r = naive.random(seed + 10 * size[2] + 1000, size[2])
      for _, on in ipairs(ons) do
        for _, how in ipairs(hows) do
          naive.same(l:join(r, { on = on[1], how = how }), naive.join(L, R, on[2], how),
            ("seed %d, %d and %d rows, %s on %s"):format(seed, size[1], size[2], how, on[2][1][1]))
        end
      end
    end
  end
end

function TestJoins_many_rows_on_the_left()
  local L, l = naive.random(5, 2500)
  local R, r = naive.random(6, 23, { "i", "s", "w", "d" }, 0.1)
  for k, how in ipairs(hows) do
    local on = ons[k % 2 + 1]
    on = on[1] == "i" and on or { { "s", "i" }, { { "s", "s" }, { "i", "i" } } }
    naive.same(l:join(r, { on = on[1], how = how, suffix = "2" }), naive.join(L, R, on[2], how, "2"), how)
    naive.same(r:join(l, { on = on[1], how = how }), naive.join(R, L, on[2], how), "turned round, " .. how)
  end
end

function TestJoins_of_chains_and_of_some_columns()
  for seed = 1, 3 do
    local L, l = naive.random(seed, 200)
    local R, r = naive.random(seed + 50, 100)
    local function keep(row) return row.b end
    local joined = naive.join(naive.filter(L, keep), naive.derive(R, "y", function(row) return row.i and row.i + 1 end), { { "s", "s" }, { "i", "i" } }, "left")
    local J = l:filter "b":join(r:derive "y = i + 1", { on = { "s", "i" }, how = "left" })
    for _, names in ipairs { { "y" }, { "w_right", "w" }, { "s", "i" }, { "q_right", "x" } } do
      naive.same(J:select(table.unpack(names)), naive.select(joined, names), "seed " .. seed)
    end
    lu.assertEquals(J:agg("n = count(y)"):column("n")[1], #naive.filter(joined, function(row) return row.y ~= nil end).rows)
  end
end

function TestJoins_sizes()
  for seed = 1, 2 do
    local _, l = naive.random(seed, 3000, { "i", "s", "w" })
    local _, r = naive.random(seed + 9, 700, { "i", "s", "w" })
    for _, on in ipairs { "i", "s", "w", { "i", "s" } } do
      local function size(a, b, how) return #a:join(b, { on = on, how = how }) end
      local inner, anti = size(l, r, "inner"), size(l, r, "anti")
      lu.assertEquals(size(r, l, "inner"), inner)
      lu.assertEquals(size(l, r, "semi") + anti, #l)
      lu.assertEquals(size(l, r, "left"), inner + anti)
      lu.assertEquals(size(l, r, "full"), inner + anti + size(r, l, "anti"))
    end
  end
end

function TestJoins_names_of_columns()
  local l = muster.table({ { k = 1, a = 1, a_right = 2 } }, { "k", "a", "a_right" })
  local r = muster.table({ { k = 1, a = 3, a_right = 4 } }, { "k", "a", "a_right" })
  lu.assertEquals(l:join(r, "k"):names(), { "k", "a", "a_right", "a_right_right", "a_right_right_right" })
  lu.assertEquals(l:join(r, "k")[1], { k = 1, a = 1, a_right = 2, a_right_right = 3, a_right_right_right = 4 })
  lu.assertEquals(l:join(r, { on = "k", suffix = "" }):names()[4], "a_right_right")
  lu.assertEquals(l:join(r, { on = { k = "a" } }):names(), { "k", "a", "a_right", "k_right", "a_right_right" })
end

-- == as of a time =======================================================================================

local times = { { "d", { "d", "d" } }, { "t", { "t", "t" } }, { "i", { "i", "i" } }, { "x", { "x", "x" } }, { { i = "x" }, { "i", "x" } },
  { { f = "i" }, { "f", "i" } } }
local bys = { { nil, {} }, { "s", { { "s", "s" } } }, { { "b", "w" }, { { "b", "b" }, { "w", "w" } } }, { { i = "i" }, { { "i", "i" } } } }

local function asof(what, L, l, R, r, many)
  for a, time in ipairs(times) do
    for b, by in ipairs(bys) do
      for _, direction in ipairs { "backward", "forward", "nearest" } do
        for _, strict in ipairs { false, true } do
          for _, tolerance in ipairs { false, 2 } do
            -- of datetimes in microseconds
            local reach = tolerance and (time[2][1] == "t" and tolerance * 60000000 or tolerance) or nil
            if not many or (a + b) % 3 == 0 and strict == (tolerance == 2) then
              naive.same(l:asof_join(r, { time = time[1], by = by[1], direction = direction, strict = strict, tolerance = reach }),
                naive.asof(L, R, time[2], by[2], { direction = direction, strict = strict, tolerance = reach }),
                ("%s: %s on %s, strict %s, tolerance %s"):format(what, direction, time[2][1], strict, reach))
            end
          end
        end
      end
    end
  end
end

function TestJoins_as_of_a_time()
  for k, size in ipairs { { 0, 3 }, { 3, 0 }, { 1, 1 }, { 30, 20 } } do
    for seed = 1, 3 do
      local L, l = naive.random(100 * k + seed, size[1])
      local R, r = naive.random(100 * k + seed + 50, size[2])
      asof(("seed %d, %d and %d rows"):format(seed, size[1], size[2]), L, l, R, r)
    end
  end
end

function TestJoins_as_of_a_time_many_rows()
  local L, l = naive.random(5, 2300, { "i", "x", "f", "d", "t", "s", "b", "w" })
  local R, r = naive.random(6, 25, { "i", "x", "f", "d", "t", "s", "b", "w", "q" }, 0.1)
  asof("2300 rows", L, l, R, r, true)
end

os.exit(lu.run())
