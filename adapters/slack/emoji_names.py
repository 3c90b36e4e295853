"""The emoji that Slack calls by names no rule would give, as `EMOJI=name/other name`.

Rule: only what `adapters.slack.emojis` cannot work out from the `emoji` library stands here;
the first name is the one we send, all of them are understood.  They are the short names of
emoji-data (https://github.com/iamcal/emoji-data), which Slack's picker is made from.
"""

from __future__ import annotations

from typing import Final

IRREGULAR: Final = """\
*️⃣=keycap_star ⏏️=eject ⏮️=black_left_pointing_double_triangle_with_vertical_bar ☂️=umbrella
☃️=snowman ☑️=ballot_box_with_check/ballot_box_with_tick ☔=umbrella_with_rain_drops
⚕️=medical_symbol/staff_of_aesculapius ⛄=snowman_without_snow ⛱️=umbrella_on_ground
⛹️=person_with_ball ✅=white_check_mark/white_tick ✉️=email ✔️=heavy_check_mark/heavy_tick
❣️=heavy_heart_exclamation_mark_ornament 🇨🇶=flag-sark 🌤️=mostly_sunny/sun_small_cloud
🌥️=barely_sunny/sun_behind_cloud 🌦️=partly_sunny_rain/sun_behind_rain_cloud 🌧️=rain_cloud
🌨️=snow_cloud 🌩️=lightning/lightning_cloud 🌪️=tornado/tornado_cloud 🍊=tangerine
🍳=fried_egg/cooking 🍽️=knife_fork_plate 🎖️=medal 🎞️=film_frames 🎟️=admission_tickets
🏅=sports_medal 🏋️=weight_lifter 🏌️=golfer 🏔️=snow_capped_mountain 🏖️=beach_with_umbrella
🏳️‍🌈=rainbow-flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿=flag-england 🏴󠁧󠁢󠁳󠁣󠁴󠁿=flag-scotland 🏴󠁧󠁢󠁷󠁬󠁳󠁿=flag-wales
🐞=ladybug/lady_beetle 👁️‍🗨️=eye-in-speech-bubble 👊=facepunch/punch 👨‍⚕️=male-doctor
👨‍🦯=man_with_probing_cane 👨‍🦰=red_haired_man 👨‍🦱=curly_haired_man 👨‍🦲=bald_man
👨‍🦳=white_haired_man 👩‍⚕️=female-doctor 👩‍🦯=woman_with_probing_cane 👩‍🦰=red_haired_woman
👩‍🦱=curly_haired_woman 👩‍🦲=bald_woman 👩‍🦳=white_haired_woman 👫=man_and_woman_holding_hands
👯‍♀️=women-with-bunny-ears-partying/woman-with-bunny-ears-partying
👯‍♂️=men-with-bunny-ears-partying/man-with-bunny-ears-partying 👰=bride_with_veil
👱=person_with_blond_hair 👱‍♀️=blond-haired-woman 👱‍♂️=blond-haired-man 👳=man_with_turban
💁=information_desk_person 💂=guardsman 📡=satellite_antenna 📧=e-mail 📸=camera_with_flash
🔟=keycap_ten 🕴️=man_in_business_suit_levitating 🖇️=linked_paperclips
🖕=middle_finger/reversed_hand_with_middle_finger_extended 🖖=spock-hand 🗳️=ballot_box_with_ballot
🙄=face_with_rolling_eyes 🙆=ok_woman 🙍=person_frowning 🙎=person_with_pouting_face
🚱=non-potable_water 🛌=sleeping_accommodation 🛍️=shopping_bags 🛑=octagonal_sign
🛒=shopping_trolley 🛫=airplane_departure 🛰️=satellite 🛴=scooter 🤔=thinking_face
🤘=the_horns/sign_of_the_horns 🤞=crossed_fingers/hand_with_index_and_middle_fingers_crossed
🤟=i_love_you_hand_sign 🤠=face_with_cowboy_hat 🤦=face_palm
🤨=face_with_raised_eyebrow/face_with_one_eyebrow_raised
🤩=star-struck/grinning_face_with_star_eyes
🤪=zany_face/grinning_face_with_one_large_and_one_small_eye
🤫=shushing_face/face_with_finger_covering_closed_lips
🤬=face_with_symbols_on_mouth/serious_face_with_symbols_covering_mouth
🤭=face_with_hand_over_mouth/smiling_face_with_smiling_eyes_and_hand_covering_mouth
🤮=face_vomiting/face_with_open_mouth_vomiting 🤯=exploding_head/shocked_face_with_exploding_head
🤶=mrs_claus/mother_christmas 🤷=shrug 🤸=person_doing_cartwheel 🤹=juggling 🤺=fencer 🤼=wrestlers
🤼‍♀️=woman-wrestling 🤼‍♂️=man-wrestling 🤽=water_polo 🤾=handball 🥁=drum_with_drumsticks
🥇=first_place_medal 🥈=second_place_medal 🥉=third_place_medal 🥝=kiwifruit
🥰=smiling_face_with_3_hearts 🥿=womans_flat_shoe 🦊=fox_face 🦒=giraffe_face 🦓=zebra_face
🦯=probing_cane 🧀=cheese_wedge 🧉=mate_drink 🧊=ice_cube 🧍=standing_person 🧎=kneeling_person
🧑=adult 🧑‍🦯=person_with_probing_cane 🧑‍🦰=red_haired_person 🧑‍🦱=curly_haired_person
🧑‍🦲=bald_person 🧑‍🦳=white_haired_person 🧓=older_adult 🧔=bearded_person 🧔‍♀️=woman_with_beard
🧔‍♂️=man_with_beard 🧕=person_with_headscarf 🧩=jigsaw 🧱=bricks 🪅=pinata
"""
