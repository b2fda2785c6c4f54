-- Many claims that contradict each other at random: what an audit keeps stays in bounds, and its repairs suffice.
local lu = require "lu"
local q, d = muster.quantity, muster.date

local state = 20250101
local function int(a, b)
  state = state * 16807 % 2147483647
  return a + state % (b - a + 1)
end
local function one_of(list) return list[int(1, #list)] end

local qualifiers = { "exact", "about", "at_least", "up_to" }
local columns = { "origin", "measure", "basis", "contingent", "location", "as_of", "reported", "figure", "credibility" }

local function dense(n)
  local rows = {}
  for k = 1, n do
    local day = d "2024-01-01" + int(1, 900)
    rows[k] = { origin = "o" .. k, measure = one_of { "killed", "wounded", "killed_or_wounded" }, basis = "cumulative",
      contingent = one_of { "all", "first" }, location = "front", as_of = day, reported = day,
      figure = q { qualifier = one_of(qualifiers), best = int(10, 20000) }, credibility = int(1, 5) }
  end
  return rows
end

local function audit(rows) return muster.audit(nil, muster.table(rows, columns)) end

local function cannot(a)
  local n = 0
  for _, one in ipairs(a.all) do
    n = n + (one.verdict == "cannot both be true" and 1 or 0)
  end
  return n
end

local rows = dense(600)
local many = audit(rows)

function TestMany_repairs_suffice_and_none_is_spare()
  local by_origin, gone = {}, {}
  for _, c in many.claims:rows() do
    by_origin[c.id] = c.origin
  end
  for _, id in ipairs(many.repairs) do
    gone[by_origin[id]] = true
  end
  local rest = {}
  for _, r in ipairs(rows) do
    rest[#rest + 1] = not gone[r.origin] and r or nil
  end
  lu.assertTrue(cannot(many) > 1000)
  lu.assertEquals(#rest, 600 - #many.repairs)
  lu.assertEquals(cannot(audit(rest)), 0)
  -- each claim of the repairs is needed: with it back something cannot be true
  for k = 1, #many.repairs, 40 do
    local back = by_origin[many.repairs[k]]
    local with = table.move(rest, 1, #rest, 1, {})
    for _, r in ipairs(rows) do
      with[#with + 1] = r.origin == back and r or nil
    end
    lu.assertTrue(cannot(audit(with)) > 0, "claim of " .. back)
  end
end

-- Three measures and two contingents: a claim stands under a few series, and in each keeps the worst partners only.
function TestMany_conflicts_kept_are_bounded()
  lu.assertTrue(#many.all < 100 * #rows, #many.all)
  local more = dense(2400)
  lu.assertTrue(#audit(more).all < 100 * #more)
end

os.exit(lu.run())
