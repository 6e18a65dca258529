/// English words of a household that are no part of any particular home.
///
/// The recogniser listens for the devices and rooms here as well, so that a dishwasher that does not exist is
/// heard as a dishwasher, and asked about, instead of being forced into the nearest name that does exist.
package enum Vocabulary {
    static let devices = [
        "air conditioner", "air conditioning", "alarm", "amplifier", "blinds", "boiler", "camera", "candle",
        "ceiling fan", "charger", "christmas tree", "coffee machine", "coffee maker", "computer", "cooker",
        "curtains", "desk lamp", "dishwasher", "door", "doorbell", "dryer", "fan", "fireplace", "floor lamp",
        "freezer", "fridge", "front door", "garage door", "gate", "heater", "heating", "humidifier", "iron",
        "kettle", "lamp", "lava lamp", "lock", "microwave", "mixer", "monitor", "music", "night light",
        "oven",
        "pump", "printer", "projector", "radiator", "radio", "robot", "sauna", "shutters", "speaker",
        "sprinkler", "stereo", "stove", "table lamp", "television", "thermostat", "toaster", "tumble dryer",
        "vacuum cleaner", "ventilation", "washing machine", "water heater", "window", "windows",
    ]
    static let rooms = [
        "attic", "balcony", "basement", "bathroom", "bedroom", "cellar", "children's room", "corridor",
        "dining room", "driveway", "garage", "garden", "guest room", "gym", "hallway", "kitchen",
        "laundry room",
        "library", "living room", "nursery", "office", "pantry", "patio", "playroom", "porch", "shed",
        "spare room", "stairs", "study", "terrace", "toilet", "utility room", "workshop", "yard",
    ]
    static let floors = [
        "upstairs", "downstairs", "ground floor", "first floor", "second floor", "top floor",
    ]
    static let timerNames = [
        "baby", "bath", "bread", "break", "cake", "chicken", "coffee", "cookies", "dinner", "dough", "egg",
        "eggs",
        "exercise", "fish", "homework", "laundry", "lunch", "meat", "meditation", "nap", "noodles", "oven",
        "pasta",
        "pizza", "potatoes", "rice", "roast", "sauce", "soup", "steak", "tea", "vegetables", "workout",
    ]
    package static let colours = [
        "white", "warm white", "red", "orange", "yellow", "green", "blue", "purple", "pink",
    ]
    /// Said before a command without changing it.
    static let openings = [
        "please", "could you", "can you", "would you", "will you", "could you please", "can you please",
        "now",
        "okay", "um", "uh", "just",
    ]
    /// Said after a command without changing it.
    static let endings = ["please", "now", "for me", "for me please"]

    /// Words that mean all lights of a place, so no device may be called by them alone.
    package static let reservedDeviceNames: Set<String> = [
        "light", "lights", "lighting", "everything", "temperature", "timer", "timers", "all", "brightness",
    ]
    /// Words that mean a place already.
    package static let reservedRoomNames: Set<String> = [
        "here", "everywhere", "house", "room", "this room", "all rooms", "upstairs", "downstairs",
    ]
}
