/// English words of a household that are no part of any particular home.
///
/// The recogniser listens for the devices and rooms here as well, so that a dishwasher that does not exist is
/// heard as a dishwasher, and asked about, instead of being forced into the nearest name that does exist.
package enum Vocabulary {
    static let devices = [
        "air conditioner", "alarm", "blinds", "camera", "christmas tree", "coffee maker", "computer",
        "curtains",
        "desk lamp", "dishwasher", "doorbell", "dryer", "fan", "fireplace", "front door", "garage door",
        "gate",
        "heater", "heating", "kettle", "lamp", "microwave", "music", "night light", "oven", "printer",
        "radio",
        "sauna", "shutters", "speaker", "sprinkler", "stereo", "stove", "table lamp", "television",
        "thermostat",
        "toaster", "vacuum cleaner", "washing machine", "water heater", "window", "windows",
    ]
    static let rooms = [
        "attic", "balcony", "basement", "bathroom", "bedroom", "cellar", "children's room", "dining room",
        "garage",
        "garden", "guest room", "hallway", "kitchen", "laundry room", "living room", "nursery", "office",
        "porch",
        "study", "terrace", "toilet",
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
    /// Colours a light can be told to take, as people say them.
    package static let colours = [
        "white", "warm white", "red", "orange", "yellow", "green", "blue", "purple", "pink",
    ]
    /// Said before a command without changing it.
    static let openings = [
        "please", "could you", "can you", "would you", "could you please", "can you please",
    ]
    /// Said after a command without changing it.
    static let endings = ["please", "now", "for me"]

    /// Words that mean all lights of a place, so no device may be called by them alone.
    package static let reservedDeviceNames: Set<String> = [
        "light", "lights", "lighting", "everything", "temperature", "timer", "timers", "all", "brightness",
    ]
    /// Words that mean a place already.
    package static let reservedRoomNames: Set<String> = [
        "here", "everywhere", "house", "room", "this room", "all rooms", "upstairs", "downstairs",
    ]
}
