"""The scripts that Redis runs, each as one step.

Invalidations publish the keys that they change to the processes that have copies. If
Redis does not let this user publish, it does not let it subscribe either, and there are
no copies.
"""

CHANNEL = "catalogue:invalidations"

STORE = """
local known = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
if tonumber(ARGV[1]) < known then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'etag', ARGV[2], 'body', ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
return 1
"""

STAMP = """
for i, key in ipairs(KEYS) do
    local known = tonumber(redis.call('HGET', key, 'revision') or '0')
    if tonumber(ARGV[i + 1]) > known then
        redis.call('DEL', key)
        redis.call('HSET', key, 'revision', ARGV[i + 1])
        redis.call('PEXPIRE', key, ARGV[1])
    end
    redis.pcall('PUBLISH', ARGV[#ARGV], key)
end
"""

NEW_EDITION = """
redis.call('INCR', KEYS[1])
redis.pcall('PUBLISH', ARGV[1], KEYS[1])
"""
