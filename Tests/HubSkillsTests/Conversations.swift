/// What people say and what must come of it. How to read a line:
///
///     room of the relay: what is said -> what is answered {device changed new state; ...}
///     wait 60 -> what rings after 60 seconds
///
/// A blank line begins a new conversation, in a house where nothing has changed yet; `# ...` is its title.
/// A question of the hub's stays open for the next line.
enum Conversations {
    static let text = """
        # lights by room, here and everywhere
        kitchen: turn on the lights -> The kitchen lights are on. {kitchen ceiling lights on}
        kitchen: turn on the lights -> The kitchen lights are already on.
        kitchen: hey computer turn off the light please -> The kitchen lights are off. {kitchen ceiling lights off}
        bedroom: turn on the kitchen lights -> The kitchen lights are on. {kitchen ceiling lights on}
        bedroom: switch the lights in the kitchen off -> The kitchen lights are off. {kitchen ceiling lights off}
        bedroom: could you turn on the lights here -> The bedroom lights are on. {bedroom ceiling lights on; bedroom reading lamp on}
        bedroom: lights off -> The bedroom lights are off. {bedroom ceiling lights off; bedroom reading lamp off}
        kitchen: turn on the lights in the living room -> The living room lights are on. {living room main lights on, white; living room floor lamp on}
        kitchen: living room lights off -> The living room lights are off. {living room main lights off; living room floor lamp off}
        kitchen: turn on all the lights -> All the lights are on. {kitchen ceiling lights on; living room main lights on, white; living room floor lamp on; bedroom ceiling lights on; bedroom reading lamp on; hallway wall light on}
        kitchen: turn off the lights upstairs -> The lights upstairs are off. {bedroom ceiling lights off; bedroom reading lamp off}
        kitchen: turn off all the lights in the kitchen -> The kitchen lights are off. {kitchen ceiling lights off}
        kitchen: turn the lights off everywhere -> All the lights are off. {living room main lights off; living room floor lamp off; hallway wall light off}
        kitchen: turn off the lights in the whole house -> All the lights are already off.
        lounge: Turn on the Lamp. -> The living room floor lamp is on. {living room floor lamp on}
        living room: switch off the floor lamp -> The living room floor lamp is off. {living room floor lamp off}
        kitchen: turn on the lounge lights -> The living room lights are on. {living room main lights on, white; living room floor lamp on}

        # names of devices
        kitchen: turn on the coffee maker -> The kitchen coffee maker is on. {kitchen coffee maker on}
        kitchen: turn the coffee machine off -> The kitchen coffee maker is off. {kitchen coffee maker off}
        living room: turn on the floor lamp -> The living room floor lamp is on. {living room floor lamp on}
        bedroom: turn on the lamp -> The bedroom reading lamp is on. {bedroom reading lamp on}
        bedroom: turn off the reading lamp -> The bedroom reading lamp is off. {bedroom reading lamp off}
        living room: turn on the heating -> The living room heating is already on.
        living room: turn off the radiator -> The living room heating is off. {living room heating off, 21 °C}
        kitchen: turn off everything -> Everything in the kitchen is already off.
        living room: turn everything off -> Everything in the living room is off. {living room floor lamp off}
        kitchen: turn off everything in the house -> Everything in the house is already off.
        hallway: turn on the wall light -> The hallway wall light is on. {hallway wall light on}

        # brightness
        kitchen: set the lights to 40 percent -> The kitchen lights are at 40 percent. {kitchen ceiling lights on, 40 %}
        kitchen: set the brightness to twenty percent -> The kitchen lights are at 20 percent. {kitchen ceiling lights on, 20 %}
        kitchen: brighter -> The kitchen lights are at 40 percent. {kitchen ceiling lights on, 40 %}
        kitchen: make it darker -> The kitchen lights are at 20 percent. {kitchen ceiling lights on, 20 %}
        kitchen: dim the lights by 15% -> The kitchen lights are at 5 percent. {kitchen ceiling lights on, 5 %}
        kitchen: dim the lights -> The kitchen lights are already at 5 percent.
        kitchen: dim the lights to thirty five percent -> The kitchen lights are at 35 percent. {kitchen ceiling lights on, 35 %}
        kitchen: turn up the ceiling lights -> The kitchen ceiling lights are at 55 percent. {kitchen ceiling lights on, 55 %}
        kitchen: set the kitchen lights to full brightness -> The kitchen lights are at 100 percent. {kitchen ceiling lights on}
        kitchen: brighten the lights -> The kitchen lights are already at 100 percent.
        kitchen: dim the ceiling lights in the bedroom to 10 -> The bedroom ceiling lights are at 10 percent. {bedroom ceiling lights on, 10 %}
        bedroom: set the reading lamp to a hundred percent -> The bedroom reading lamp is at 100 percent. {bedroom reading lamp on}
        bedroom: kitchen lights to 5 percent -> The kitchen lights are at 5 percent. {kitchen ceiling lights on, 5 %}
        kitchen: dim the lights -> The kitchen lights are already at 5 percent.
        kitchen: set the lights to 0 percent -> The kitchen lights are off. {kitchen ceiling lights off}
        kitchen: dim the lights -> The kitchen lights are already off.
        living room: dim the floor lamp -> The living room floor lamp cannot be dimmed.
        living room: set the lights to 50 percent -> The living room main lights are at 50 percent. {living room main lights on, 50 %, white}
        hallway: dim the lights -> The hallway lights cannot be dimmed.
        hallway: set brightness of the wall light to 10 -> The hallway wall light cannot be dimmed.

        # colour
        living room: make the lights blue -> The living room main lights are blue. {living room main lights on, blue}
        living room: set the main lights to warm white -> The living room main lights are warm white. {living room main lights on, warm white}
        kitchen: make the lights red -> The kitchen lights cannot change colour.

        # blinds and curtains
        kitchen: open the blinds -> The kitchen blinds are open. {kitchen blinds open}
        kitchen: open the blinds -> The kitchen blinds are already open.
        kitchen: close the blinds halfway -> The kitchen blinds are 50 percent open. {kitchen blinds 50 % open}
        kitchen: set the blinds to thirty percent -> The kitchen blinds are 30 percent open. {kitchen blinds 30 % open}
        kitchen: close the blinds -> The kitchen blinds are closed. {kitchen blinds closed}
        kitchen: half open the blinds -> The kitchen blinds are 50 percent open. {kitchen blinds 50 % open}
        living room: close the curtains -> The living room curtains are closed. {living room curtains closed}
        kitchen: open the curtains in the living room -> The living room curtains are open. {living room curtains open}
        living room: pull down the curtains -> The living room curtains are closed. {living room curtains closed}
        kitchen: turn on the blinds -> The kitchen blinds can be opened and closed.
        living room: open the floor lamp -> The living room floor lamp can be turned on and off.

        # heating and temperature
        living room: what is the temperature -> It is 20.5 degrees in the living room.
        living room: set the temperature to 22 degrees -> The living room heating is set to 22 degrees. {living room heating on, 22 °C}
        living room: warmer -> The living room heating is set to 23 degrees. {living room heating on, 23 °C}
        living room: it's too hot -> The living room heating is set to 22 degrees. {living room heating on, 22 °C}
        living room: turn down the heating by 3 degrees -> The living room heating is set to 19 degrees. {living room heating on, 19 °C}
        living room: set the heating to twenty one and a half degrees -> The living room heating is set to 21.5 degrees. {living room heating on, 21.5 °C}
        bedroom: set the heater to 35 -> The bedroom heater can be set from 5 to 25 degrees.
        bedroom: set the heater to 23 degrees -> The bedroom heater is set to 23 degrees. {bedroom heater on, 23 °C}
        bedroom: i'm cold -> The bedroom heater is set to 24 degrees. {bedroom heater on, 24 °C}
        kitchen: what's the temperature in the bedroom -> It is 19 degrees in the bedroom.
        kitchen: how warm is it -> I can't measure the temperature in the kitchen.
        kitchen: how cold is the bedroom -> It is 19 degrees in the bedroom.
        kitchen: what is the temperature everywhere -> It is 20.5 degrees in the living room and 19 degrees in the bedroom.
        kitchen: what is the humidity -> I can't measure the humidity in the kitchen.
        kitchen: set the bedroom to nineteen degrees -> The bedroom heater is set to 19 degrees. {bedroom heater on, 19 °C}
        kitchen: how warm is the heater in the bedroom -> The bedroom heater is set to 19 degrees, and it is 19 degrees now.

        # how things are
        hallway: is the front door open -> No, the hallway front door is closed.
        kitchen: is the front door closed -> Yes, the hallway front door is closed.
        kitchen: are the lights on -> No, the kitchen lights are off.
        kitchen: are the lights on in the bedroom -> No, the bedroom lights are off.
        kitchen: turn on the reading lamp in the bedroom -> The bedroom reading lamp is on. {bedroom reading lamp on}
        kitchen: are the lights on in the bedroom -> Yes, the bedroom reading lamp is on.
        kitchen: which lights are on -> The bedroom reading lamp is on.
        kitchen: are any lights on in the house -> Yes, the bedroom reading lamp is on.
        kitchen: are the curtains open -> Yes, the living room curtains are open.
        kitchen: is the coffee maker on -> No, the kitchen coffee maker is off.
        kitchen: are the blinds closed -> Yes, the kitchen blinds are closed.
        living room: is the heating on -> Yes, the living room heating is on.
        bedroom: how bright is the reading lamp -> The bedroom reading lamp is on.
        kitchen: what is the status of the coffee maker -> The kitchen coffee maker is off.
        kitchen: are all the lights off -> No, the bedroom reading lamp is on.

        # a device that is in another room is asked about
        kitchen: turn on the heater -> There is no heater in the kitchen. Do you mean the one in the bedroom?
        kitchen: yes -> The bedroom heater is on. {bedroom heater on, 18 °C}
        kitchen: turn off the heater -> There is no heater in the kitchen. Do you mean the one in the bedroom?
        kitchen: no -> All right.
        kitchen: turn off the heater -> There is no heater in the kitchen. Do you mean the one in the bedroom?
        kitchen: the bedroom -> The bedroom heater is off. {bedroom heater off, 18 °C}
        kitchen: turn on the lamp -> There is no lamp in the kitchen. Do you mean the one in the living room or the one in the bedroom?
        kitchen: the one in the living room -> The living room floor lamp is on. {living room floor lamp on}
        kitchen: turn on the lamp -> There is no lamp in the kitchen. Do you mean the one in the living room or the one in the bedroom?
        kitchen: bedroom please -> The bedroom reading lamp is on. {bedroom reading lamp on}
        kitchen: turn on the lamp -> There is no lamp in the kitchen. Do you mean the one in the living room or the one in the bedroom?
        kitchen: yes -> Sorry, which one?
        kitchen: the bedroom one -> The bedroom reading lamp is already on.
        hallway: open the curtains -> There are no curtains in the hallway. Do you mean the ones in the living room?
        hallway: yes please -> The living room curtains are already open.
        hallway: close the curtains -> There are no curtains in the hallway. Do you mean the ones in the living room?
        hallway: what time is it -> It is 7 20 PM.
        bedroom: close the blinds -> There are no blinds in the bedroom. Do you mean the ones in the kitchen?
        bedroom: never mind -> All right.
        kitchen: make it warmer -> There is no heating in the kitchen. Do you mean the heating in the living room or the heater in the bedroom?
        kitchen: the bedroom -> The bedroom heater is set to 19 degrees. {bedroom heater on, 19 °C}

        # unknown devices and rooms are asked about
        kitchen: turn on the dishwasher -> I don't know a dishwasher here. In the kitchen I can turn on the ceiling lights and the coffee maker. Which one do you mean?
        kitchen: the coffee maker -> The kitchen coffee maker is on. {kitchen coffee maker on}
        kitchen: turn on the flux capacitor -> I don't know a flux capacitor here. In the kitchen I can turn on the ceiling lights and the coffee maker. Which one do you mean?
        kitchen: the lights -> The kitchen ceiling lights are on. {kitchen ceiling lights on}
        bedroom: turn on the dishwasher in the kitchen -> I don't know a dishwasher here. In the kitchen I can turn on the ceiling lights and the coffee maker. Which one do you mean?
        bedroom: no -> All right.
        kitchen: turn on the lights in the garage -> There is no garage here. I know the kitchen, the living room, the bedroom and the hallway. Which room do you mean?
        kitchen: the hallway -> The hallway lights are on. {hallway wall light on}
        kitchen: turn on the garage lights -> There is no garage here. I know the kitchen, the living room, the bedroom and the hallway. Which room do you mean?
        kitchen: no thank you -> All right.
        kitchen: turn on the coffee baker -> I don't know a coffee baker here. Do you mean the coffee maker?
        kitchen: yes -> The kitchen coffee maker is already on.
        bedroom: turn off the heather -> I don't know a heather here. Do you mean the heater?
        bedroom: yes -> The bedroom heater is already off.
        kitchen: open the garage door -> I don't know a garage door here. In the kitchen I can only open the blinds. Do you mean them?
        kitchen: no -> All right.
        hallway: open the sprinklers -> I don't know any sprinklers here. There is nothing in the hallway that I can open.
        hallway: turn on the kitchen -> Do you mean the kitchen lights?
        hallway: yes -> The kitchen lights are already on.
        kitchen: set the sauna to 80 percent -> I don't know a sauna here. In the kitchen I can only dim the ceiling lights. Do you mean them?
        kitchen: nothing -> All right.

        # nonsense and leftovers
        kitchen: the cat sat on the mat -> Sorry, I didn't understand that.
        kitchen: yes -> Sorry, I didn't understand that.
        kitchen: no -> Sorry, I didn't understand that.
        kitchen: turn -> Sorry, I didn't understand that.
        kitchen:  -> Sorry, I didn't understand that.
        kitchen: hey computer -> Sorry, I didn't understand that.
        kitchen: thank you -> You're welcome.
        kitchen: never mind -> All right.

        # time
        kitchen: what time is it -> It is 7 20 PM.
        kitchen: what's the time please -> It is 7 20 PM.
        kitchen: what date is it today -> It is Tuesday, November 24th.
        kitchen: what day is it -> Today is Tuesday.

        # one timer
        kitchen: set a timer for five minutes -> The timer is set for 5 minutes.
        wait 60 ->
        kitchen: how much time is left -> The 5 minute timer has 4 minutes left.
        bedroom: how long is left on the timer -> The 5 minute timer has 4 minutes left.
        kitchen: cancel the timer -> The 5 minute timer is cancelled.
        kitchen: cancel the timer -> There is no timer.
        kitchen: how much time is left -> There is no timer.

        # timers with names
        kitchen: set a pasta timer for nine minutes -> The pasta timer is set for 9 minutes.
        kitchen: set a timer for an hour and a half called roast -> The roast timer is set for 1 hour and 30 minutes.
        kitchen: set another timer for two minutes thirty -> The timer is set for 2 minutes and 30 seconds.
        kitchen: start a half an hour timer -> The timer is set for 30 minutes.
        wait 30 ->
        kitchen: which timers are running -> There are 4 timers: the pasta timer has 8 minutes and 30 seconds left, the roast timer has 1 hour, 29 minutes and 30 seconds left, the 2 minute 30 second timer has 2 minutes left and the 30 minute timer has 29 minutes and 30 seconds left.
        kitchen: how much time is left on the pasta timer -> The pasta timer has 8 minutes and 30 seconds left.
        kitchen: cancel the timer -> There are 4 timers: the pasta timer, the roast timer, the 2 minute 30 second timer and the 30 minute timer. Which one?
        kitchen: the pasta one -> The pasta timer is cancelled.
        kitchen: cancel the egg timer -> There is no egg timer.
        kitchen: cancel the two minute thirty second timer -> The 2 minute 30 second timer is cancelled.
        kitchen: cancel the timer -> There are 2 timers: the roast timer and the 30 minute timer. Which one?
        kitchen: the thirty minute timer -> The 30 minute timer is cancelled.
        kitchen: cancel all timers -> The roast timer is cancelled.

        # a timer without a length
        kitchen: set a timer -> For how long?
        kitchen: ten minutes -> The timer is set for 10 minutes.
        kitchen: set a tea timer -> For how long?
        kitchen: for three minutes please -> The tea timer is set for 3 minutes.
        kitchen: which timers are there -> There are 2 timers: the 10 minute timer has 10 minutes left and the tea timer has 3 minutes left.

        # two timers alike in two rooms
        kitchen: set a timer for 10 minutes -> The timer is set for 10 minutes.
        bedroom: set a timer for 10 minutes -> The timer is set for 10 minutes.
        hallway: cancel the timer -> There are 2 timers: the 10 minute timer in the kitchen and the 10 minute timer in the bedroom. Which one?
        hallway: the bedroom -> The 10 minute timer in the bedroom is cancelled.
        hallway: cancel the 10 minute timer -> The 10 minute timer is cancelled.

        # a timer rings until it is answered
        kitchen: set a timer for 1 minute -> The timer is set for 1 minute.
        kitchen: set an egg timer for 90 seconds -> The egg timer is set for 1 minute and 30 seconds.
        wait 59 ->
        wait 1 -> ring 1 in kitchen: The 1 minute timer is done.
        kitchen: stop ->  <stop ring 1>
        wait 30 -> ring 2 in kitchen: The egg timer is done.
        kitchen: thank you ->  <stop ring 2>
        wait 600 ->
        kitchen: remind me in a quarter of an hour -> The timer is set for 15 minutes.
        wait 900 -> ring 3 in kitchen: The 15 minute timer is done.
        bedroom: turn on the lights -> The bedroom lights are on. {bedroom ceiling lights on; bedroom reading lamp on}
        kitchen: cancel the timer -> The 15 minute timer is cancelled. <stop ring 3>
        kitchen: set a timer for a minute -> The timer is set for 1 minute.
        wait 60 -> ring 4 in kitchen: The 1 minute timer is done.
        wait 120 -> stop ring 4

        # lengths that cannot be
        kitchen: set a timer for 0 seconds -> I can set timers from 1 second to 24 hours.
        kitchen: set a timer for twenty four hours and ten minutes -> I can set timers from 1 second to 24 hours.
        kitchen: set a timer for a couple of minutes -> The timer is set for 2 minutes.

        # help
        kitchen: what can i say -> You can say, for example, "turn on the lights", "set the ceiling lights to 40 percent", "turn on the coffee maker" or "set a timer for 5 minutes".
        bedroom: help -> You can say, for example, "turn on the lights", "set the ceiling lights to 40 percent", "set the reading lamp to 40 percent" or "set a timer for 5 minutes".
        kitchen: what devices are there in the living room -> In the living room there are the main lights, the floor lamp, the heating and the curtains.
        hallway: what is in the bedroom -> In the bedroom there are the ceiling lights, the reading lamp and the heater.
        kitchen: that was not for you -> Sorry. I made a note of it. <false wake>
        kitchen: which rooms are there -> There are the kitchen, the living room, the bedroom and the hallway.

        # more ways to say it
        kitchen: would you switch on the ceiling lights for me please -> The kitchen ceiling lights are on. {kitchen ceiling lights on}
        kitchen: put the lights on -> The kitchen lights are already on.
        kitchen: it is too dark in here -> The kitchen lights are already at 100 percent.
        kitchen: it's too bright -> The kitchen lights are at 80 percent. {kitchen ceiling lights on, 80 %}
        kitchen: less light -> The kitchen lights are at 60 percent. {kitchen ceiling lights on, 60 %}
        bedroom: make the reading lamp a bit brighter -> The bedroom reading lamp is at 100 percent. {bedroom reading lamp on}
        kitchen: shut the blinds -> The kitchen blinds are already closed.
        kitchen: raise the blinds to 75 percent -> The kitchen blinds are 75 percent open. {kitchen blinds 75 % open}
        kitchen: lower the blinds to a quarter -> I don't know a blinds to a quarter here. In the kitchen I can only close the blinds. Do you mean them?
        living room: roll up the curtains -> The living room curtains are already open.
        living room: close the curtains to 20 -> The living room curtains are 20 percent open. {living room curtains 20 % open}
        living room: make it 18 and a half degrees -> The living room heating is set to 18.5 degrees. {living room heating on, 18.5 °C}
        bedroom: make it a bit cooler -> The bedroom heater is set to 17 degrees. {bedroom heater on, 17 °C}
        bedroom: heat the living room to 24 degrees -> The living room heating is set to 24 degrees. {living room heating on, 24 °C}
        kitchen: turn off the lights downstairs -> The lights downstairs are off. {kitchen ceiling lights off}
        kitchen: turn on the lights on the first floor -> There is no first floor here. I know the kitchen, the living room, the bedroom and the hallway. Which room do you mean?
        kitchen: are all the lights off -> No, the bedroom reading lamp is on.
        kitchen: which lights are off in the bedroom -> The bedroom ceiling lights are off.
        kitchen: is the dishwasher on -> I don't know a dishwasher here. In the kitchen I can tell about the ceiling lights, the coffee maker and the blinds. Which one do you mean?
        kitchen: no -> All right.
        kitchen: set a timer -> For how long?
        kitchen: bananas -> Sorry, for how long?
        kitchen: five minutes -> The timer is set for 5 minutes.
        """

    static let all: [Conversation] = text.split(separator: "\n\n").map { block in
        var lines = block.split(separator: "\n")
        let title = lines.removeFirst().drop { "# ".contains($0) }
        return Conversation(title: String(title), lines: lines.map(line))
    }

    private static func line(_ text: Substring) -> Conversation.Line {
        let arrow = text.firstRange(of: " ->") ?? text.endIndex..<text.endIndex
        let left = text[..<arrow.lowerBound]
        var answer = text[arrow.upperBound...].drop { $0 == " " }
        if left.hasPrefix("wait ") {
            return .init(text: String(text), answer: String(answer), wait: Int(left.dropFirst(5)))
        }
        var changes = Substring()
        if answer.hasSuffix("}"), let brace = answer.lastIndex(of: "{") {
            changes = answer[answer.index(after: brace)...].dropLast()
            answer = answer[..<brace]
            while answer.last == " " { answer.removeLast() }
        }
        let colon = left.firstIndex(of: ":") ?? left.startIndex
        return .init(
            text: String(text), room: String(left[..<colon]),
            said: String(left[left.index(after: colon)...].drop { $0 == " " }), answer: String(answer),
            changes: String(changes))
    }
}
