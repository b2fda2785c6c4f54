-- The questions of the worked case, one after the other; plots go to the folder given, else build/demo.
local folder = ... or "build/demo"
local here = debug.getinfo(1, "S").source:match "^@(.*/)" or "./"

for _, name in ipairs { "10-deployment", "20-losses", "30-captures", "40-incentive", "regret", "genealogy", "audit", "models" } do
  assert(loadfile(here .. name .. ".lua", "t"))(folder)
end
