-- Invented wars (t/wars.lua): clean sets raise no alarm, and a planted contradiction is found by the right rule.
local lu = require "lu"
local wars = require "wars"
local clean, audit, plants = wars.clean, wars.audit, wars.plants

local seed = tonumber(os.getenv "MUSTER_AUDIT_SEED") or 1
local how_many = tonumber(os.getenv "MUSTER_AUDIT_WARS") or 300

function TestPlanted_clean_wars_raise_no_alarm()
  local sets, alarmed, unlikely, claims = 0, 0, 0, 0
  local rules = {}
  for n = seed, seed + how_many - 1 do
    local _, dep, cas, cap = clean(n)
    local a = audit(dep, cas, cap)
    sets, claims = sets + 1, claims + #a.claims
    local alarm = false
    for _, one in ipairs(a.all) do
      if one.verdict == "cannot both be true" then
        alarm = true
        if os.getenv "MUSTER_AUDIT_VERBOSE" then
          io.stderr:write(n, " ", one.rule, " ", one.sentence, "\n")
        end
      else
        unlikely = unlikely + 1
        rules[one.rule .. "/" .. one.verdict] = (rules[one.rule .. "/" .. one.verdict] or 0) + 1
        if os.getenv "MUSTER_AUDIT_VERBOSE" == "2" then
          io.stderr:write(n, " ", one.verdict, " ", one.rule, " ", one.sentence, "\n")
        end
      end
    end
    alarmed = alarmed + (alarm and 1 or 0)
  end
  print(("# %d clean sets, %d claims: %d with a false alarm, %d unlikely"):format(sets, claims, alarmed, unlikely))
  for rule, k in pairs(rules) do
    print("#   " .. rule .. " " .. k)
  end
  lu.assertTrue(alarmed <= 0.02 * sets, alarmed .. " of " .. sets .. " clean sets with false alarms")
end

local function contains(list, value)
  for _, v in ipairs(list) do
    if v == value then
      return true
    end
  end
  return false
end

local each = 20

-- A planted carrier is not the one that speaks: its claim is known by the key.
local function is_planted(claim, r)
  return claim.origin == r.origin and claim.measure == r.measure and claim.as_of == r.as_of and claim.basis == r.basis
    and claim.contingent == r.contingent
end

function TestPlanted_contradictions_are_found()
  local names, planted, all_found, missed = {}, 0, 0, {}
  for name in pairs(plants) do
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local rules, plant = plants[name][1], plants[name][2]
    local n, found_here, war_number = 0, 0, seed + 100000
    while n < each and war_number < seed + 100600 do
      war_number = war_number + 1
      local truth, dep, cas, cap = clean(war_number)
      local r, list = plant(truth, dep, cas, cap)
      if r then
        n = n + 1
        list[#list + 1] = r
        local a = audit(dep, cas, cap)
        local found = false
        for _, one in ipairs(a.all) do
          for _, id in ipairs(one.claims) do
            found = found or contains(rules, one.rule) and is_planted(a.claims[id], r)
          end
        end
        found_here = found_here + (found and 1 or 0)
        if not found then
          missed[#missed + 1] = name .. " in war " .. war_number
          if os.getenv "MUSTER_AUDIT_VERBOSE" then
            io.stderr:write(("missed %s in war %d: %s %s %s\n"):format(name, war_number, r.measure, tostring(r.figure), tostring(r.as_of)))
            for _, one in ipairs(a.all) do
              io.stderr:write("   ", one.rule, " ", one.sentence, "\n")
            end
          end
        end
      end
    end
    print(("# %s: %d of %d"):format(name, found_here, n))
    lu.assertTrue(n >= 15, name .. " could be planted only " .. n .. " times")
    lu.assertTrue(found_here >= 0.9 * n, ("%s: %d of %d found"):format(name, found_here, n))
    planted, all_found = planted + n, all_found + found_here
  end
  print(("# %d planted, %d found"):format(planted, all_found))
  lu.assertTrue(planted >= 250)
  lu.assertTrue(all_found >= 0.95 * planted, table.concat(missed, "; "))
end

os.exit(lu.run())
