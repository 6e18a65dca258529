-- Wireshark and tshark dissector of the Loqa protocol, version 2 (Protocol/PROTOCOL.md is the law).
--
--   tshark -X lua_script:tools/wireshark/loqa.lua -r FILE            or copy it to Wireshark's plugin folder
--
-- It shows what travels in clear: the preface, the shape of the handshake, refusals, the lengths of sealed records,
-- and the headers of datagrams. What is inside is sealed with keys that nobody but the two ends has. A wire capture,
-- written by a program that was asked to (WireCapture.swift), holds the frames in clear, and all fields are shown.
--
-- Filters: loqa.kind == 0x11, loqa.turn == 3, loqa.refusal, loqa.outOfRange, loqa.datagram.session == 1234

-- ---------------------------------------------------------------------------------------------------------------
-- The tables of PROTOCOL.md. A new kind or field is a line here.
-- ---------------------------------------------------------------------------------------------------------------

local max_u32, max_clock = 4294967295, "clock"
local max_packets, max_samples, max_session = 180000, 57599680, 16777215

-- Kinds by id: name, who sends it, whether it must be understood; then its fields: name, type, lowest and highest
-- value (of a text: its bytes) or the names of an enumeration.
local kinds = {
    [0x01] = { "ping", "either", false, { "number", "u32" } },
    [0x02] = { "pong", "either", false, { "number", "u32" } },
    [0x03] = { "streamEnd", "either", true, { "stream", "u32", 1, max_u32 }, { "packetCount", "u32", 0, max_packets } },
    [0x04] = { "goodbye", "either", false,
        { "code", "u16", names = {
            [1] = "shuttingDown", [3] = "protocolViolation", [4] = "tooManyRelays", [5] = "replaced",
            [6] = "unknownRoom", [7] = "silent", [8] = "adoptionRefused", [9] = "adoptionExpired", [10] = "revoked",
            [11] = "tooFast" } },
        { "text", "text", 0, 200 } },
    [0x10] = { "hello", "relay", true,
        { "session", "u32", 1, max_session }, { "name", "text", 1, 64 }, { "room", "text", 0, 64 } },
    [0x11] = { "claim", "relay", true,
        { "turn", "u32", 1, max_u32 }, { "stream", "u32", 1, max_u32 },
        { "cause", "u8", names = { [1] = "wakeWord", [2] = "followUp" } },
        { "wakeStart", "u32", 0, max_samples }, { "wakeEnd", "u32", 0, max_samples, from = "wakeStart" },
        { "level", "i16", -12000, 0 }, { "noiseFloor", "i16", -12000, 0 } },
    [0x12] = { "turnCancel", "relay", true,
        { "turn", "u32", 1, max_u32 },
        { "reason", "u8", names = { [1] = "muted", [2] = "microphoneLost", [3] = "bargeIn", [4] = "deadline" } } },
    [0x13] = { "drained", "relay", false,
        { "stream", "u32", 1, max_u32 }, { "playedCount", "u32", 0, max_packets },
        { "concealedCount", "u32", 0, max_packets } },
    [0x14] = { "status", "relay", false, { "isMuted", "bool" }, { "canHear", "bool" }, { "canSpeak", "bool" } },
    [0x15] = { "adoptCommit", "relay", true,
        { "commitment", "bytes32" }, { "name", "text", 1, 64 }, { "room", "text", 0, 64 } },
    [0x16] = { "adoptReveal", "relay", true, { "nonce", "bytes16" } },
    [0x17] = { "hubKeyStored", "relay", false, { "key", "bytes32" } },
    [0x20] = { "welcome", "hub", true,
        { "relay", "u16", 1, 65535 }, { "mediaPort", "u16", 1, 65535 }, { "session", "u32", 1, max_session },
        { "name", "text", 1, 64 }, { "room", "text", 1, 64 } },
    [0x21] = { "grant", "hub", true, { "turn", "u32", 1, max_u32 } },
    [0x22] = { "deny", "hub", true,
        { "turn", "u32", 1, max_u32 },
        { "reason", "u8", names = { [1] = "otherRelay", [2] = "busy", [3] = "invalid" } } },
    [0x23] = { "speechEnd", "hub", true,
        { "turn", "u32", 1, max_u32 },
        { "reason", "u8", names = { [1] = "endpoint", [2] = "noSpeech", [3] = "tooLong" } } },
    [0x24] = { "answerStart", "hub", true,
        { "turn", "u32" }, { "stream", "u32", 1, max_u32 }, { "expectsReply", "bool" },
        { "presentAt", "u64", 0, max_clock } },
    [0x25] = { "turnEnd", "hub", true,
        { "turn", "u32", 1, max_u32 },
        { "outcome", "u8", names = { [1] = "answered", [2] = "silence", [3] = "failed", [4] = "cancelled" } } },
    [0x26] = { "ringStart", "hub", true, { "ring", "u32" } },
    [0x27] = { "ringStop", "hub", true, { "ring", "u32" } },
    [0x28] = { "adoptNonce", "hub", true, { "nonce", "bytes16" } },
    [0x29] = { "adopted", "hub", true, { "name", "text", 1, 64 }, { "room", "text", 1, 64 } },
    [0x2a] = { "hubKey", "hub", false, { "key", "bytes32" } },
    [0x4d] = { "media", "either", false, datagram = true,
        { "stream", "u32", 1, max_u32 }, { "sequence", "u32", 0, max_packets - 1 },
        { "timestamp", "u32", 0, max_samples }, { "payload", "bytes", 1, 1000 } },
    [0x50] = { "pathProbe", "relay", false, datagram = true,
        { "number", "u32" }, { "sentAt", "u64", 0, max_clock }, { "isReplied", "bool" },
        { "lossPermille", "u16", 0, 1000 }, { "jitter", "u32" }, { "roundTrip", "u32" },
        { "clockOffset", "i64", -1, max_clock }, { "clockBound", "u32" } },
    [0x51] = { "pathReply", "hub", false, datagram = true,
        { "number", "u32" }, { "sentAt", "u64", 0, max_clock }, { "receivedAt", "u64", 0, max_clock },
        { "repliedAt", "u64", 0, max_clock }, { "lossPermille", "u16", 0, 1000 }, { "jitter", "u32" } },
}

-- H2: what each pattern's messages are made of; the last part is the sealed payload, whatever its length. The first
-- message is the relay's, then they take turns.
local key, sealed_key = { "ephemeral key", 32 }, { "sealed static key", 48 }
local patterns = {
    [1] = { "enrolled", "IK", { key, sealed_key }, { key } },
    [2] = { "invited", "IKpsk2", { key, sealed_key }, { key } },
    [3] = { "adoption", "XX", { key }, { key, sealed_key }, { sealed_key } },
}

local refusals = {
    [1] = "notLoqa", [2] = "unsupportedVersion", [3] = "busy", [4] = "unknownRelay", [5] = "revoked",
    [6] = "inviteInvalid", [7] = "inviteUsed", [8] = "adoptionClosed",
}

local preface_length, payload_max, handshake_max, record_max = 8, 4096, 512, 4100 + 16
local records_per_key, tag_length, datagram_header = 65536, 16, 8
local default_port = 7580

-- ---------------------------------------------------------------------------------------------------------------
-- Fields and expert infos
-- ---------------------------------------------------------------------------------------------------------------

local loqa = Proto("loqa", "Loqa control plane")
local loqa_media = Proto("loqa_media", "Loqa media plane")
local loqa_capture = Proto("loqa_capture", "Loqa wire capture")

local kind_names = {}
for id, kind in pairs(kinds) do kind_names[id] = kind[1] end
local pattern_names = {}
for id, pattern in pairs(patterns) do pattern_names[id] = pattern[1] .. " (Noise_" .. pattern[2] .. ")" end

local fields = {
    relay_number = ProtoField.uint16("loqa.capture.relay", "Relay number"),
    direction = ProtoField.uint8("loqa.capture.direction", "Direction", base.DEC,
        { [0] = "relay to hub", [1] = "hub to relay" }),
    plane = ProtoField.uint8("loqa.capture.plane", "Plane", base.DEC, { [0] = "control", [1] = "media" }),
    magic = ProtoField.string("loqa.preface.magic", "Magic"),
    version_min = ProtoField.uint8("loqa.preface.versionMin", "Oldest version"),
    version_max = ProtoField.uint8("loqa.preface.versionMax", "Newest version"),
    pattern = ProtoField.uint8("loqa.preface.pattern", "Pattern", base.DEC, pattern_names),
    zero = ProtoField.uint8("loqa.preface.zero", "Zero"),
    record_length = ProtoField.uint16("loqa.record.length", "Record length"),
    record_number = ProtoField.uint32("loqa.record.number", "Record of this direction"),
    record_key = ProtoField.uint32("loqa.record.key", "Key of this direction"),
    record_text = ProtoField.bytes("loqa.record.ciphertext", "Ciphertext"),
    handshake_number = ProtoField.uint8("loqa.handshake.number", "Handshake message"),
    handshake_part = ProtoField.bytes("loqa.handshake.part", "Part"),
    refusal = ProtoField.uint8("loqa.refusal", "Refusal", base.DEC, refusals),
    tag = ProtoField.bytes("loqa.tag", "Tag"),
    datagram_kind = ProtoField.uint8("loqa.datagram.kind", "Kind", base.HEX, kind_names),
    datagram_session = ProtoField.uint24("loqa.datagram.session", "Receiver's session"),
    datagram_counter = ProtoField.uint32("loqa.datagram.counter", "Counter"),
    datagram_epoch = ProtoField.uint16("loqa.datagram.epoch", "Epoch of the key"),
    datagram_text = ProtoField.bytes("loqa.datagram.ciphertext", "Ciphertext"),
    datagram_length = ProtoField.uint16("loqa.datagram.length", "Body length"),
    frame_length = ProtoField.uint16("loqa.length", "Payload length"),
    kind = ProtoField.uint8("loqa.kind", "Kind", base.HEX, kind_names),
    flags = ProtoField.uint8("loqa.flags", "Flags", base.HEX),
    must_understand = ProtoField.bool("loqa.flags.mustUnderstand", "Must understand", 8, nil, 0x01),
    extra = ProtoField.bytes("loqa.extra", "Bytes of a later version"),
}

local makers = {
    u8 = { 1, ProtoField.uint8 }, u16 = { 2, ProtoField.uint16 }, u32 = { 4, ProtoField.uint32 },
    u64 = { 8, ProtoField.uint64 }, i16 = { 2, ProtoField.int16 }, i64 = { 8, ProtoField.int64 },
    bytes16 = { 16, ProtoField.bytes }, bytes32 = { 32, ProtoField.bytes },
}

-- A field of several kinds is one to filter for; an enumeration belongs to its kind.
local function field_key(kind, spec) return spec.names and kind[1] .. "." .. spec[1] or spec[1] end

for _, kind in pairs(kinds) do
    for index = 4, #kind do
        local spec = kind[index]
        local name = field_key(kind, spec)
        if not fields["field " .. name] then
            local abbreviation, made = "loqa." .. name, nil
            if spec[2] == "text" then
                made = ProtoField.string(abbreviation, spec[1])
            elseif spec[2] == "bytes" then
                made = ProtoField.bytes(abbreviation, spec[1])
            elseif spec[2] == "bool" then
                made = ProtoField.bool(abbreviation, spec[1])
            elseif spec[2]:sub(1, 5) == "bytes" then
                made = makers[spec[2]][2](abbreviation, spec[1])
            else
                made = makers[spec[2]][2](abbreviation, spec[1], base.DEC, spec.names)
            end
            fields["field " .. name] = made
        end
    end
end

local list = {}
for _, field in pairs(fields) do list[#list + 1] = field end
loqa.fields = list

-- One for each WireError, by its name, and some for what has no frames yet.
local experts = {}
for name, text in pairs({
    payloadTooLong = "The header claims a payload that is too long (C2)",
    reservedFlag = "A reserved flag is set (C3)",
    notUnderstood = "An unknown kind must be understood (C4)",
    wrongDirection = "This end never sends this kind (C9)",
    tooShort = "The payload ends too early (C7)",
    outOfRange = "A value is out of range (C8)",
    badText = "Not UTF-8 text without control characters (C6)",
    badPreface = "Not the preface of a relay (H1)",
    badRecord = "A record of a forbidden length (H3, H5)",
    badDatagram = "Not a datagram of the media plane (M1)",
    badCapture = "Not a record of a wire capture",
}) do
    experts[name] = ProtoExpert.new("loqa." .. name, text, expert.group.MALFORMED, expert.severity.ERROR)
end
experts.unknown = ProtoExpert.new(
    "loqa.unknownKind", "Unknown kind, skipped (C4)", expert.group.UNDECODED, expert.severity.NOTE)
experts.refused = ProtoExpert.new(
    "loqa.refused", "The hub refuses the handshake", expert.group.RESPONSE_CODE, expert.severity.WARN)
list = {}
for _, one in pairs(experts) do list[#list + 1] = one end
loqa.experts = list

loqa.prefs.port = Pref.uint("Port of the hub", default_port, "TCP and UDP port")

-- ---------------------------------------------------------------------------------------------------------------
-- Frames in clear
-- ---------------------------------------------------------------------------------------------------------------

local function complain(item, name, text)
    if text then
        item:add_proto_expert_info(experts[name], text)
    else
        item:add_proto_expert_info(experts[name])
    end
end

-- C6: UTF-8 without control characters, line separators and direction marks. Lua's strings are bytes.
local function is_good_text(bytes)
    local index = 1
    while index <= #bytes do
        local first = bytes:byte(index)
        local count, point, least
        if first < 0x80 then count, point, least = 0, first, 0
        elseif first >= 0xc2 and first < 0xe0 then count, point, least = 1, first - 0xc0, 0x80
        elseif first >= 0xe0 and first < 0xf0 then count, point, least = 2, first - 0xe0, 0x800
        elseif first >= 0xf0 and first < 0xf5 then count, point, least = 3, first - 0xf0, 0x10000
        else return false end
        for next = index + 1, index + count do
            local byte = bytes:byte(next)
            if not byte or byte < 0x80 or byte > 0xbf then return false end
            point = point * 64 + byte - 0x80
        end
        if point < least or point > 0x10ffff or (point >= 0xd800 and point <= 0xdfff) then return false end
        if point < 0x20 or (point >= 0x7f and point <= 0x9f) then return false end
        if (point >= 0x2028 and point <= 0x202e) or (point >= 0x2066 and point <= 0x2069) then return false end
        index = index + count + 1
    end
    return true
end

-- The value of a number for the range check and the summary. 64 bits do not fit a Lua number: those are checked by
-- their halves.
local function number_of(range, type)
    if type == "i16" then return range:int() end
    if type == "u64" then return tonumber(tostring(range:uint64())) end
    if type == "i64" then return tonumber(tostring(range:int64())) end
    return range:uint()
end

local function is_in_range(range, spec, value, others)
    local least, most = spec[3], spec[4]
    if spec.names then return spec.names[value] ~= nil end
    if spec[2] == "bool" then return value <= 1 end
    if most == max_clock then
        local high, low = range(0, 4):uint(), range(4, 4):uint()
        if high <= 0x3fffffff then return true end
        return least < 0 and high >= 0xc0000000 and not (high == 0xc0000000 and low == 0)
    end
    if least and value < least then return false end
    if spec.from and value < others[spec.from] then return false end
    return not most or value <= most
end

-- Adds one field. Returns the bytes it took, or nil if the frame is malformed there.
local function add_field(kind, spec, range, offset, tree, others)
    local field = fields["field " .. field_key(kind, spec)]
    local left = range:len() - offset
    local function too_short()
        complain(tree, "tooShort", kind[1] .. ": the payload ends before the end of " .. spec[1])
        return nil
    end
    local function out_of_range(item, value)
        complain(item, "outOfRange", kind[1] .. ": " .. spec[1] .. " is out of range: " .. value)
        return nil
    end
    if spec[2] == "text" then
        local length = left > 0 and range(offset, 1):uint() or 0
        if left < 1 or left < 1 + length and length <= spec[4] then return too_short() end
        local item = tree
        if left > 1 and length > 0 then
            item = tree:add_packet_field(field, range(offset + 1, math.min(length, left - 1)), ENC_UTF_8)
        else
            item = tree:add(field, range(offset, 1), "")
        end
        if length < spec[3] or length > spec[4] then return out_of_range(item, length .. " bytes") end
        if length > 0 and not is_good_text(range(offset + 1, length):raw()) then
            complain(item, "badText", kind[1] .. ": " .. spec[1] .. " is no good text")
            return nil
        end
        return 1 + length
    end
    if spec[2] == "bytes" then
        if left < spec[3] then return too_short() end
        local item = tree:add(field, range(offset, left))
        if left > spec[4] then return out_of_range(item, left .. " bytes") end
        return left
    end
    local length = spec[2] == "bool" and 1 or makers[spec[2]][1]
    if left < length then return too_short() end
    local part = range(offset, length)
    local item = tree:add(field, part)
    if spec[2]:sub(1, 5) == "bytes" then return length end
    local value = number_of(part, spec[2])
    others[spec[1]] = value
    if not is_in_range(part, spec, value, others) then return out_of_range(item, tostring(value)) end
    return length
end

-- What the packet list says of a frame: its name and the fields that tell one from another.
local telling = { "turn", "stream", "ring", "number", "sequence" }

-- A frame's payload, from a frame or a datagram: the range's bytes from an offset on. `sender` is "relay", "hub" or nil
-- if nobody knows.
local function dissect_payload(id, range, offset, tree, sender)
    local kind = kinds[id]
    local others = {}
    if sender and kind[2] ~= "either" and kind[2] ~= sender then
        complain(tree, "wrongDirection", kind[1] .. ": the " .. sender .. " never sends it")
        return kind[1] .. " [malformed]"
    end
    for index = 4, #kind do
        local taken = add_field(kind, kind[index], range, offset, tree, others)
        if not taken then return kind[1] .. " [malformed]" end
        offset = offset + taken
    end
    if offset < range:len() then tree:add(fields.extra, range(offset)) end
    local summary = kind[1]
    for _, name in ipairs(telling) do
        if others[name] then summary = summary .. " " .. name .. "=" .. string.format("%d", others[name]) end
    end
    return summary
end

-- C1 to C4: a frame with its header. The range holds all of it. Returns what the packet list says.
local function dissect_frame(range, tree, sender)
    local id = range:len() > 2 and range(2, 1):uint()
    local item = tree:add(loqa, range, "Frame" .. (id and kinds[id] and ": " .. kinds[id][1] or ""))
    if range:len() < 4 then
        complain(item, "tooShort", "A frame's header has 4 bytes")
        return "[malformed]"
    end
    local length, flags = range(0, 2):uint(), range(3, 1):uint()
    item:add(fields.frame_length, range(0, 2))
    item:add(fields.kind, range(2, 1))
    local flags_item = item:add(fields.flags, range(3, 1))
    flags_item:add(fields.must_understand, range(3, 1))
    local name = kinds[id] and kinds[id][1] or string.format("kind 0x%02x", id)
    if length > payload_max then
        complain(item, "payloadTooLong", name .. " claims a payload of " .. length .. " bytes")
    elseif flags > 1 then
        complain(flags_item, "reservedFlag", name .. " sets reserved flags")
    elseif not kinds[id] then
        if flags == 1 then
            complain(item, "notUnderstood", name .. " must be understood")
        else
            item:add_proto_expert_info(experts.unknown)
            return name .. " (skipped)"
        end
    elseif range:len() ~= 4 + length then
        complain(item, "tooShort", name .. ": the header says " .. length .. " bytes, there are " .. range:len() - 4)
    else
        return dissect_payload(id, range, 4, item, sender)
    end
    return name .. " [malformed]"
end

function loqa_capture.dissector(tvb, pinfo, tree)
    pinfo.cols.protocol = "LOQA"
    local item = tree:add(loqa_capture, tvb())
    if tvb:len() < 5 then
        complain(item, "badCapture", "A record has a header of 4 bytes and a frame")
        return tvb:len()
    end
    local direction, plane = tvb(0, 1):uint(), tvb(1, 1):uint()
    item:add(fields.direction, tvb(0, 1))
    item:add(fields.plane, tvb(1, 1))
    item:add(fields.relay_number, tvb(2, 2))
    pinfo.cols.src = direction == 0 and "relay " .. tvb(2, 2):uint() or "hub"
    pinfo.cols.dst = direction == 0 and "hub" or "relay " .. tvb(2, 2):uint()
    local summary
    if direction > 1 or plane > 1 then
        complain(item, "badCapture", "Unknown direction or plane")
        summary = "[malformed]"
    elseif plane == 0 then
        summary = dissect_frame(tvb(4), tree, direction == 0 and "relay" or "hub")
    else
        local id = tvb(4, 1):uint()
        local body = tree:add(loqa_media, tvb(4), "Datagram" .. (kinds[id] and ": " .. kinds[id][1] or ""))
        body:add(fields.datagram_kind, tvb(4, 1))
        if not kinds[id] or not kinds[id].datagram then
            complain(body, "badDatagram", "Kind " .. id .. " does not travel by UDP")
            summary = "[malformed]"
        else
            summary = dissect_payload(id, tvb(4), 1, body, direction == 0 and "relay" or "hub")
        end
    end
    pinfo.cols.info = summary
    return tvb:len()
end

-- ---------------------------------------------------------------------------------------------------------------
-- TCP: preface, handshake, records
-- ---------------------------------------------------------------------------------------------------------------

local stream_field = Field.new("tcp.stream")

-- By TCP stream: the relay's end, the pattern, how many records each end sent. And, by place, what each record was, as
-- Wireshark dissects packets again in any order.
local connections = {}
local hubs = {}

function loqa.init() connections, hubs = {}, {} end

local function connection_of()
    local stream = stream_field()
    local number = stream and stream.value or -1
    connections[number] = connections[number] or { counts = { relay = 0, hub = 0 }, handshakes = 0, records = {} }
    return connections[number]
end

local function sender_of(pinfo, connection)
    local source = tostring(pinfo.src) .. " " .. pinfo.src_port
    if connection.relay then return source == connection.relay and "relay" or "hub" end
    -- The beginning was not captured: the hub is the one with the known port.
    if pinfo.src_port == loqa.prefs.port then return "hub" end
    if pinfo.dst_port == loqa.prefs.port then return "relay" end
    return nil
end

local function dissect_preface(range, pinfo, tree, connection)
    local item = tree:add(loqa, range, "Preface")
    item:add(fields.magic, range(0, 4))
    item:add(fields.version_min, range(4, 1))
    item:add(fields.version_max, range(5, 1))
    item:add(fields.pattern, range(6, 1))
    item:add(fields.zero, range(7, 1))
    local least, most, pattern = range(4, 1):uint(), range(5, 1):uint(), range(6, 1):uint()
    if least < 1 or most < least or not patterns[pattern] or range(7, 1):uint() ~= 0 then
        complain(item, "badPreface")
    end
    if not pinfo.visited then
        connection.relay = tostring(pinfo.src) .. " " .. pinfo.src_port
        connection.pattern = pattern
        hubs[tostring(pinfo.dst)] = true
    end
    local name = patterns[pattern] and patterns[pattern][1] or "?"
    return "preface, versions " .. least .. " to " .. most .. ", " .. name
end

-- What a record is: the n-th message of the handshake, a refusal, or the n-th of the transport phase. Decided in the
-- order of the capture, once.
local function classify(length, sender, connection)
    local pattern = patterns[connection.pattern or 0]
    if pattern and sender and connection.handshakes < #pattern - 2 then
        if sender == "hub" and length == 1 then return { what = "refusal" } end
        local number = connection.handshakes + 1
        local expected = number % 2 == 1 and "relay" or "hub"
        if sender == expected then
            connection.handshakes = number
            return { what = "handshake", number = number, pattern = pattern }
        end
    end
    local count = sender and connection.counts[sender] or 0
    if sender then connection.counts[sender] = count + 1 end
    -- Without the beginning the numbers mean nothing.
    return { what = "record", number = pattern and count or nil }
end

local function dissect_record(range, tree, record)
    local length = range:len() - 2
    local item = tree:add(loqa, range, "")
    item:add(fields.record_length, range(0, 2))
    if record.what == "refusal" then
        item:set_text("Refusal")
        local code = range(2, 1):uint()
        item:add(fields.refusal, range(2, 1))
        local name = refusals[code] or "code " .. code
        item:add_proto_expert_info(experts.refused, "The hub refuses: " .. name)
        return "refusal: " .. name
    end
    if record.what == "handshake" then
        local name = "handshake message " .. record.number .. " of " .. record.pattern[2]
        item:set_text("H" .. name:sub(2))
        item:add(fields.handshake_number, record.number):set_generated()
        local offset = 2
        for _, part in ipairs(record.pattern[2 + record.number]) do
            if range:len() < offset + part[2] then
                complain(item, "badRecord", "The message ends within its " .. part[1])
                return name .. " [malformed]"
            end
            item:add(fields.handshake_part, range(offset, part[2])):prepend_text(part[1] .. ", ")
            offset = offset + part[2]
        end
        if offset < range:len() then
            item:add(fields.handshake_part, range(offset)):prepend_text("payload, ")
        end
        if length > handshake_max then complain(item, "badRecord", "A message of " .. length .. " bytes") end
        return name
    end
    local name = "record" .. (record.number and " " .. record.number or "")
    item:set_text("R" .. name:sub(2) .. ", " .. length .. " bytes")
    if record.number then
        item:add(fields.record_number, record.number):set_generated()
        item:add(fields.record_key, math.floor(record.number / records_per_key)):set_generated()
    end
    if length <= tag_length or length > record_max then
        complain(item, "badRecord", "A record of " .. length .. " bytes")
        return name .. " [malformed]"
    end
    item:add(fields.record_text, range(2, length - tag_length))
    item:add(fields.tag, range(2 + length - tag_length, tag_length))
    return name .. ", " .. length .. " bytes"
end

local function wait_for(pinfo, offset, count)
    pinfo.desegment_offset = offset
    pinfo.desegment_len = count
end

function loqa.dissector(tvb, pinfo, tree)
    pinfo.cols.protocol = "LOQA"
    local connection = connection_of()
    local offset, summaries = 0, {}
    while offset < tvb:len() do
        local left = tvb:len() - offset
        if left < 4 then
            local text = left >= 2 and tvb(offset, 2):uint() or nil
            -- Two bytes may be a whole header; "LO" may be the preface's beginning, as no record is that long.
            if not text or text == 0x4c4f or left < text + 2 then
                wait_for(pinfo, offset, text and text ~= 0x4c4f and text + 2 - left or DESEGMENT_ONE_MORE_SEGMENT)
                break
            end
        end
        local is_preface = left >= 4 and tvb(offset, 4):uint() == 0x4c4f5141
        local length = is_preface and preface_length or tvb(offset, 2):uint() + 2
        if not is_preface and length > record_max + 2 then
            -- Nobody sends that: not ours, or the capture lost something. Waiting for it would swallow what follows.
            local item = tree:add(loqa, tvb(offset), "Record")
            item:add(fields.record_length, tvb(offset, 2))
            complain(item, "badRecord", "A record of " .. length - 2 .. " bytes")
            summaries[#summaries + 1] = "[malformed]"
            break
        end
        if left < length then
            wait_for(pinfo, offset, length - left)
            break
        end
        local range = tvb(offset, length)
        if is_preface then
            summaries[#summaries + 1] = dissect_preface(range, pinfo, tree, connection)
        else
            local place = pinfo.number .. " " .. offset .. " " .. tvb:len()
            if not connection.records[place] then
                connection.records[place] = classify(length - 2, sender_of(pinfo, connection), connection)
            end
            summaries[#summaries + 1] = dissect_record(range, tree, connection.records[place])
        end
        offset = offset + length
    end
    if #summaries > 0 then pinfo.cols.info = table.concat(summaries, "; ") end
    return tvb:len()
end

-- ---------------------------------------------------------------------------------------------------------------
-- UDP
-- ---------------------------------------------------------------------------------------------------------------

local function looks_like_datagram(tvb)
    local length = tvb:len() - datagram_header - tag_length
    if length < 0 or length > 1012 then return false end
    local kind = kinds[tvb(0, 1):uint()]
    return kind ~= nil and kind.datagram == true and tvb(1, 3):uint() ~= 0
end

function loqa_media.dissector(tvb, pinfo, tree)
    pinfo.cols.protocol = "LOQA"
    local item = tree:add(loqa_media, tvb())
    if not looks_like_datagram(tvb) then
        complain(item, "badDatagram", tvb:len() .. " bytes that are no datagram")
        pinfo.cols.info = "[malformed]"
        return tvb:len()
    end
    local id, counter = tvb(0, 1):uint(), tvb(4, 4):uint()
    local length = tvb:len() - datagram_header - tag_length
    item:add(fields.datagram_kind, tvb(0, 1))
    item:add(fields.datagram_session, tvb(1, 3))
    item:add(fields.datagram_counter, tvb(4, 4))
    item:add(fields.datagram_epoch, tvb(4, 2))
    item:add(fields.datagram_length, length):set_generated()
    if length > 0 then item:add(fields.datagram_text, tvb(datagram_header, length)) end
    item:add(fields.tag, tvb(datagram_header + length, tag_length))
    if counter >= 0x80000000 then complain(item, "badDatagram", "The counter is beyond its end (M11)") end
    pinfo.cols.info = string.format(
        "%s session=%d counter=%d, %d bytes", kinds[id][1], tvb(1, 3):uint(), counter, length)
    return tvb:len()
end

-- ---------------------------------------------------------------------------------------------------------------
-- Where it is called
-- ---------------------------------------------------------------------------------------------------------------

loqa:register_heuristic("tcp", function(tvb, pinfo, tree)
    if tvb:len() < preface_length or tvb(0, 4):uint() ~= 0x4c4f5141 then return false end
    pinfo.conversation = loqa
    loqa.dissector(tvb, pinfo, tree)
    return true
end)

-- Eight bytes say little: a datagram is ours if a hub was seen at that address.
loqa_media:register_heuristic("udp", function(tvb, pinfo, tree)
    local is_hub_near = hubs[tostring(pinfo.src)] or hubs[tostring(pinfo.dst)]
    if not is_hub_near or not looks_like_datagram(tvb) then return false end
    loqa_media.dissector(tvb, pinfo, tree)
    return true
end)

local tcp_ports, udp_ports = DissectorTable.get("tcp.port"), DissectorTable.get("udp.port")
local port_in_use = default_port
tcp_ports:add(port_in_use, loqa)
udp_ports:add(port_in_use, loqa_media)

function loqa.prefs_changed()
    if loqa.prefs.port == port_in_use then return end
    tcp_ports:remove(port_in_use, loqa)
    udp_ports:remove(port_in_use, loqa_media)
    port_in_use = loqa.prefs.port
    tcp_ports:add(port_in_use, loqa)
    udp_ports:add(port_in_use, loqa_media)
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, loqa_capture)
