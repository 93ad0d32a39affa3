-- wrk: POST a file again and again; each "@" in it is a running number. Prints the median latency in microseconds.
local before, count = "", 0

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  before = file:read("*a")
  file:close()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  count = count + 1
  return wrk.format(nil, nil, nil, (before:gsub("@", count)))
end

function done(summary, latency, _)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format("p50 %d requests %d failed %d", latency:percentile(50), summary.requests, failed))
end
