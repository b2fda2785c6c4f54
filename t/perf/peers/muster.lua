-- muster.lua FILE all|five [sum] - the typed load of make bench-load by muster itself
local five = { "date", "source", "measure", "best", "credibility" }
local t = muster.load(arg[1], arg[2] == "five" and { columns = five } or nil)
if arg[3] == "sum" then
  local best, sum = t:column("best"), 0
  for i = 1, #t do sum = sum + best[i] end
  print(#t, sum)
else
  print(#t)
end
