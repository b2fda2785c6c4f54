-- Genealogies that are known because they were planted: invented countries, random trees, known changes.
local lu = require "lu"
local planted = require "planted"

local SEEDS = 40

local function counts(most)
  local sum = { edges = 0, right = 0, planted = 0, found = 0, changed = 0, changed_found = 0, named = 0, off = 0, worst = 0 }
  for seed = 1, SEEDS do
    local world = planted.world(seed, most)
    local g = world.table:genealogy { sources = world.sources }
    local link, spoke, voices = {}, {}, 0
    for _, edge in g.edges:rows() do
      if edge.strength >= 0.5 then
        link[edge.row], sum.edges = edge, sum.edges + 1
      end
    end
    for i, row in ipairs(world.rows) do
      local edge = link[i]
      if row.parent then
        local right = edge and planted.same(world.rows[edge.parent_row], world.rows[row.parent])
        local echo = row.change == "echo"
        sum.planted, sum.found, sum.right = sum.planted + 1, sum.found + (right and 1 or 0), sum.right + (right and 1 or 0)
        sum.changed, sum.changed_found = sum.changed + (echo and 0 or 1), sum.changed_found + (right and not echo and 1 or 0)
        sum.named = sum.named + (not echo and edge and edge.change:find(row.change, 1, true) and 1 or 0)
      elseif not spoke[row.origin:sub(-2)] then
        spoke[row.origin:sub(-2)], voices = true, voices + 1          -- one voice for each country whose officials spoke
      end
    end
    local off = math.abs(g.independent - voices)
    sum.off, sum.worst = sum.off + off / SEEDS, math.max(sum.worst, off)
  end
  return sum
end

local sum, twice = counts(), counts(2)

local function at_least(share, found, all, what)
  local rate = found / all
  print(("# %s: %d of %d, %.1f %%"):format(what, found, all, 100 * rate))
  lu.assertTrue(all > 200 and rate >= share, ("%s: %.3f"):format(what, rate))
end

-- A parent counts as found when what it prints is what the true parent prints: rows that agree in all cannot be told apart.
function TestPlanted_edges_recovered()
  at_least(0.95, sum.found, sum.planted, "recall of links")
  at_least(0.95, sum.right, sum.edges, "precision of links")
end

function TestPlanted_edges_with_a_change()
  at_least(0.90, sum.changed_found, sum.changed, "recall of links with a change")
  at_least(0.90, sum.named, sum.changed, "changes named")
end

-- Two changes on the way leave less to recognize.
function TestPlanted_two_changes_on_the_way()
  at_least(0.90, twice.found, twice.planted, "two changes: recall of links")
  at_least(0.90, twice.right, twice.edges, "two changes: precision of links")
  at_least(0.80, twice.changed_found, twice.changed, "two changes: recall of links with a change")
end

function TestPlanted_independent_origins()
  print(("# off by %.2f origins on average, %.2f at worst"):format(sum.off, sum.worst))
  lu.assertTrue(sum.off < 0.2 and sum.worst <= 1.1, sum.off .. " " .. sum.worst)
end

-- Five origins that estimate one truth by themselves: the more digits they print, the less is taken for a copy.
function TestPlanted_coincidence_is_not_copying()
  local q, d = muster.quantity, muster.date
  local function effective(digits)
    local sum_of = 0
    for seed = 1, 100 do
      math.randomseed(seed)
      local rows, truth, grain = {}, math.random(2000, 9000), 10 ^ (4 - digits)
      for i = 1, 5 do
        local x = truth * (1 + 0.3 * (math.random() + math.random() + math.random() - 1.5))
        local day = d "2031-01-01" + math.random(0, 40)
        rows[i] = { origin = "o" .. i, measure = "killed", basis = "cumulative", contingent = "all", as_of = day, reported = day,
          figure = q { qualifier = "about", best = math.floor(x / grain + 0.5) * grain // 1 | 0 } }
      end
      sum_of = sum_of + muster.genealogy.independent(muster.table(rows))
    end
    return sum_of / 100
  end
  local one, two, three = effective(1), effective(2), effective(3)
  print(("# of five: %.2f with one digit, %.2f with two, %.2f with three"):format(one, two, three))
  lu.assertTrue(one > 3 and two > 4.3 and three > 4.8 and one < two and two < three)
end

os.exit(lu.run())
