import HubUnderstanding

extension HouseSkill {
    static let sentences = SentenceBook.Source(
        name: "HouseSkill",
        text: """
            # Where. Without any of these a command means the relay's own room, and no other.
            <where>:
                in [the] {room}
                {here:scope}
                {everywhere:scope}
                [on [the]] {floor}
                {missing_floor:room}
                in [the] {unknown_room:room}

            # What. Each kind of device has its own list, so that "open" never meets a lamp.
            <lights>:
                [the|my] {lights:group} [<where>]
                [the] {room} {lights:group}
                [the] {unknown_room:room} {lights:group}
                {all:scope} [of] [the|my] {lights:group} [<where>]
                {all:scope} [of] [the] {room} {lights:group}
            <switchable>:
                [the|my] {switchable:device} [<where>]
                [the] {room} {switchable:device}
                {all:scope} [of] [the|my] {switchable:device} [<where>]
            <light>:
                [the|my] {light:device} [<where>]
                [the] {room} {light:device}
                {all:scope} [of] [the|my] {light:device} [<where>]
            <cover>:
                [the|my] {cover:device} [<where>]
                [the] {room} {cover:device}
                {all:scope} [of] [the|my] {cover:device} [<where>]
            <climate>:
                [the|my] {climate:device} [<where>]
                [the] {room} {climate:device}
            <everything>:
                {everything:group} [<where>]
            <unknown>:
                [the|my|a|an] {unknown_device:device} [<where>]
                [the] {room} {unknown_device:device}
            <percent>:
                {0..100:percent} [percent]
                {level:percent} [brightness]
            <degrees>:
                {0..40:degrees} [degrees] [celsius]
                {0..40:degrees} and a {half:half} [degrees]
            <set>:
                (set|change|put|turn|bring|move)

            TurnOn:
                (turn|switch|put) on (<lights>|<switchable>|<everything>|<unknown>)
                (turn|switch|put) (<lights>|<switchable>|<everything>|<unknown>) on [<where>]
                (<lights>|<switchable>) on [<where>]
            TurnOff:
                (turn|switch|put|shut) off (<lights>|<switchable>|<everything>|<unknown>)
                (turn|switch|put|shut) (<lights>|<switchable>|<everything>|<unknown>) off [<where>]
                (<lights>|<switchable>|<everything>) off [<where>]
                [make it] dark [<where>]
            SetBrightness:
                (<set>|dim|brighten) (<lights>|<light>|<unknown>) [down|up] to <percent>
                (<lights>|<light>) [to|at] {0..100:percent} percent
                (set|change) [the] brightness [of (<lights>|<light>)] to <percent>
                (set|change) [the] (<lights>|<light>) brightness to <percent>
                brightness {0..100:percent} [percent]
            Brighten:
                brighten [up] (<lights>|<light>) [by {1..100:percent} percent]
                make (<lights>|<light>|it) [a bit|a little] brighter [<where>]
                turn up (<lights>|<light>) [by {1..100:percent} percent]
                turn (<lights>|<light>) up [by {1..100:percent} percent]
                (brighter|more light) [<where>]
                [it is|it's] too dark [<where>]
            Dim:
                (dim|lower|turn down) (<lights>|<light>) [by {1..100:percent} percent]
                (dim|turn down) <unknown>
                make (<lights>|<light>|it) [a bit|a little] (darker|dimmer) [<where>]
                turn (<lights>|<light>) down [by {1..100:percent} percent]
                (darker|dimmer|less light) [<where>]
                [it is|it's] too bright [<where>]
            SetColour:
                (set|turn|change|make) (<lights>|<light>) [to] {colour}
                make (<lights>|<light>) {colour}
            OpenCover:
                (open|raise) [up] (<cover>|<unknown>)
                (pull|roll) up <cover>
            CloseCover:
                (close|shut|lower) (<cover>|<unknown>)
                (pull|roll) down <cover>
            SetPosition:
                (set|move|put|open|close|raise|lower) <cover> to {0..100:percent} [percent]
                (set|open|close) <cover> [to] {0..100:percent} percent
                (open|close|set|put) <cover> [to] {halfway:percent}
                (open|close) <cover> {halfway:percent} [open|closed]
                half {open:percent} <cover>
            SetTemperature:
                (set|turn|change|put) [the] {temperature:group} [<where>] [up|down] to <degrees>
                (set|turn|change|put) (<climate>|<where>) [up|down] to <degrees>
                (set|change) [the] {room} {temperature:group} to <degrees>
                (set|change|heat) [the] {room} to {0..40:degrees} degrees
                make it <degrees> [<where>]
                <climate> to {0..40:degrees} degrees
            Warmer:
                [make it] [a bit|a little] warmer [<where>]
                turn up [the] ({temperature:group} [<where>]|<climate>) [by {1..10:degrees} degrees]
                turn ([the] {temperature:group} [<where>]|<climate>) up [by {1..10:degrees} degrees]
                [it is|it's|i am|i'm] [too] cold [<where>]
            Cooler:
                [make it] [a bit|a little] (cooler|colder) [<where>]
                turn down [the] ({temperature:group} [<where>]|<climate>) [by {1..10:degrees} degrees]
                turn ([the] {temperature:group} [<where>]|<climate>) down [by {1..10:degrees} degrees]
                [it is|it's|i am|i'm] too (warm|hot) [<where>]
            GetTemperature:
                (what is|what's|tell me) the {temperature:group} [<where>]
                (what is|what's|tell me) the {room} {temperature:group}
                how (warm|cold|hot) is it [<where>]
                how (warm|cold|hot) is the {room}
            GetHumidity:
                (what is|what's|tell me) the humidity [<where>]
                how humid is it [<where>]
            GetState:
                (is|are) (<lights>|<switchable>) {on_off:query} [<where>]
                (is|are) (<cover>|<contact>) {open_closed:query} [<where>]
                (is|are) any {lights:group} {on_off:query} [<where>]
                {which:scope} {lights:group} are {on_off:query} [<where>]
                (is|are) <unknown> ({on_off:query}|{open_closed:query})
                how bright (is|are) (<lights>|<light>)
                how (warm|cold) is <climate>
                (what is|what's) the (state|status) of (<lights>|<switchable>|<cover>)
            <contact>:
                [the|my] {contact:device} [<where>]
                [the] {room} {contact:device}
            """)
}
