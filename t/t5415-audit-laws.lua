-- What must not matter to an audit, and what every answer keeps, over invented wars (t/wars.lua).
local lu = require "lu"
local wars = require "wars"
local clean, audit, plants = wars.clean, wars.audit, wars.plants

local seed = tonumber(os.getenv "MUSTER_AUDIT_SEED") or 1
local int, one_of, uniform, distinct, columns = wars.int, wars.one_of, wars.uniform, wars.distinct, wars.columns

local function contains(list, value)
  for _, v in ipairs(list) do
    if v == value then
      return true
    end
  end
  return false
end

-- Everything that an audit says, but for the spelling of ids.
local function told(a)
  local lines = {}
  for _, one in ipairs(a.conflicts) do
    lines[#lines + 1] = ("%s %s %s %d"):format(one.verdict, one.rule, one.sentence, #one.also)
    for _, fix in ipairs(one.repair) do
      lines[#lines + 1] = "  " .. fix.text
    end
  end
  lines[#lines + 1] = table.concat(a.repairs, " ")
  return table.concat(lines, "\n")
end

local function shuffled(rows)
  local out = table.move(rows, 1, #rows, 1, {})
  for i = #out, 2, -1 do
    local j = int(1, i)
    out[i], out[j] = out[j], out[i]
  end
  return out
end

local function twice(rows)
  local out = table.move(rows, 1, #rows, 1, {})
  for _, r in ipairs(rows) do
    if uniform() < 0.5 then
      out[#out + 1] = r
    end
  end
  return out
end

function TestPlanted_order_and_copies_do_not_matter()
  local told_something = 0
  for n = seed + 200000, seed + 200039 do
    local truth, dep, cas, cap = clean(n)
    local name = one_of { "same", "growth", "part", "cover", "share", "carriers", "flow" }
    local r, list = plants[name][2](truth, dep, cas, cap)
    if r then
      list[#list + 1] = r
    end
    local wanted = told(audit(dep, cas, cap))
    told_something = told_something + (#wanted > 0 and 1 or 0)
    lu.assertEquals(told(audit(shuffled(dep), shuffled(cas), shuffled(cap))), wanted, "shuffled, war " .. n)
    lu.assertEquals(told(audit(twice(dep), twice(cas), twice(cap))), wanted, "copied, war " .. n)
  end
  lu.assertTrue(told_something >= 20)
end

-- No conflict holds a smaller one of the same verdict; without the repairs nothing is left that cannot be true.
function TestPlanted_minimal_and_repaired()
  local graver = { ["cannot both be true"] = 3, ["did not come true"] = 2, ["unlikely together"] = 1 }
  local sets = 0
  for n = seed + 300000, seed + 300039 do
    local truth, dep, cas, cap = clean(n)
    for _, name in ipairs { "growth", "cover", "share", "flow" } do
      local r, list = plants[name][2](truth, dep, cas, cap)
      if r then
        list[#list + 1] = r
      end
    end
    dep, cas, cap = distinct(dep), distinct(cas), distinct(cap)
    local id = 0
    for _, rows in ipairs { dep, cas, cap } do
      for _, r in ipairs(rows) do
        id = id + 1
        r.claim_id = tostring(id)
      end
    end
    local named = table.move(columns, 1, #columns, 1, { [#columns + 1] = "claim_id" })
    local function t(rows) return #rows > 0 and muster.table(rows, named) or nil end
    local a = muster.audit(t(dep), t(cas), t(cap))
    for _, one in ipairs(a.all) do
      for _, other in ipairs(a.all) do
        if other ~= one and #other.claims > 1 and #other.claims < #one.claims and graver[other.verdict] >= graver[one.verdict] then
          local inside = true
          for _, c in ipairs(other.claims) do
            inside = inside and contains(one.claims, c)
          end
          lu.assertFalse(inside, ("war %d: %s holds %s"):format(n, one.sentence, other.sentence))
        end
      end
    end
    local gone = {}
    for _, c in ipairs(a.repairs) do
      gone[a.claims[c].claim_id] = true
    end
    sets = sets + (#a.repairs > 0 and 1 or 0)
    local function rest(rows)
      local out = {}
      for _, r in ipairs(rows) do
        out[#out + 1] = not gone[r.claim_id] and r or nil
      end
      return t(out)
    end
    local left = muster.audit(rest(dep), rest(cas), rest(cap))
    for _, one in ipairs(left.all) do
      lu.assertFalse(one.verdict == "cannot both be true" and #one.claims > 1, ("war %d: left: %s"):format(n, one.sentence))
    end
  end
  lu.assertTrue(sets >= 20)
end

os.exit(lu.run())
