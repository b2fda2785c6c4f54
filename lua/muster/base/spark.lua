-- spark.lua - a histogram in one line of text.
local spark = {}

local BLOCKS = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }
local ASCII = { ".", ":", "-", "=", "+", "*", "#", "@" }

-- Does the terminal show UTF-8? The first of these that is set decides, as in setlocale.
function spark.utf8()
  for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
    local value = os.getenv(name)
    if value and value ~= "" then
      return value:lower():find "utf%-?8" ~= nil
    end
  end
  return false
end

-- A mark for each count: a blank for none, else one of eight heights, so that few never look like none.
function spark.marks(counts, utf8_marks)
  local marks, most, text = utf8_marks and BLOCKS or ASCII, 0, {}
  for _, n in ipairs(counts) do
    most = math.max(most, n)
  end
  for i, n in ipairs(counts) do
    text[i] = n == 0 and " " or marks[math.max(1, math.ceil(n / most * #marks))]
  end
  return table.concat(text)
end

return spark
